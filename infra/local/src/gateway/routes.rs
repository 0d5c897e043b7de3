//! Finds the route of a request: among matching paths the one with more literal segments, and then a route with the
//! same method before one for any method.

use percent_encoding::percent_decode_str;

use crate::template::Route;

/// All routes of a template.
pub(crate) struct Routes(Vec<(Route, Vec<Segment>)>);

#[derive(Debug, PartialEq, Eq)]
enum Segment {
    Spelled(String),
    Parameter(String),
    /// The rest of the path, matched by `{name+}`.
    Rest(String),
}

impl Routes {
    pub(crate) fn new(routes: &[Route]) -> Self {
        let segment = |text: &str| match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(name) => match name.strip_suffix('+') {
                Some(name) => Segment::Rest(name.to_owned()),
                None => Segment::Parameter(name.to_owned()),
            },
            None => Segment::Spelled(text.to_owned()),
        };
        Self(routes.iter().map(|route| (route.clone(), route.path.split('/').map(segment).collect())).collect())
    }

    /// Returns the route and the values of its parameters.
    pub(crate) fn find(&self, method: &str, path: &str) -> Option<(&Route, Vec<(String, String)>)> {
        let parts: Vec<&str> = path.split('/').collect();
        let takes = |route: &Route| route.method == method || route.any;
        let candidates = self.0.iter().filter(|(route, segments)| takes(route) && fits(segments, &parts));
        let spelled = |segments: &[Segment]| -> Vec<bool> {
            segments.iter().map(|segment| matches!(segment, Segment::Spelled(_))).collect()
        };
        let whole = |segments: &[Segment]| !matches!(segments.last(), Some(Segment::Rest(_)));
        let (route, segments) =
            candidates.max_by_key(|(route, segments)| (whole(segments), spelled(segments), route.method == method))?;
        let parameters = segments.iter().enumerate().filter_map(|(place, segment)| match segment {
            Segment::Parameter(name) => Some((name.clone(), decode(parts.get(place)?))),
            Segment::Rest(name) => Some((name.clone(), decode(&parts.get(place..)?.join("/")))),
            Segment::Spelled(_) => None,
        });
        Some((route, parameters.collect()))
    }
}

fn fits(segments: &[Segment], parts: &[&str]) -> bool {
    let fits = |(segment, part): (&Segment, &&str)| match segment {
        Segment::Spelled(text) => text == part,
        Segment::Parameter(_) => !part.is_empty(),
        Segment::Rest(_) => true,
    };
    let long_enough = match segments.last() {
        Some(Segment::Rest(_)) => segments.len() <= parts.len(),
        Some(Segment::Spelled(_) | Segment::Parameter(_)) | None => segments.len() == parts.len(),
    };
    long_enough && segments.iter().zip(parts).all(fits)
}

fn decode(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes() -> Routes {
        let route = |method: &str, path: &str| Route {
            method: if method == "ANY" { "GET".to_owned() } else { method.to_owned() },
            any: method == "ANY",
            path: path.to_owned(),
            function: format!("{method} {path}"),
        };
        Routes::new(&[
            route("GET", "/t/{brand}/login"),
            route("GET", "/t/{brand}/{page}"),
            route("POST", "/t/{brand}/login"),
            route("GET", "/t/{brand}/admin/{page}"),
            route("GET", "/w/{brand}/{rest+}"),
            route("GET", "/w/{brand}/{page}"),
            route("ANY", "/p/{brand}"),
            route("POST", "/p/{brand}"),
        ])
    }

    fn found(method: &str, path: &str) -> Option<String> {
        routes().find(method, path).map(|(route, _)| route.function.clone())
    }

    #[test]
    fn the_method_is_matched_exactly() {
        assert_eq!(found("POST", "/t/acme/login").as_deref(), Some("POST /t/{brand}/login"));
        assert_eq!(found("HEAD", "/t/acme/login"), None);
        assert_eq!(found("PUT", "/t/acme/login"), None);
    }

    #[test]
    fn any_matches_only_without_a_route_for_the_method() {
        assert_eq!(found("POST", "/p/acme").as_deref(), Some("POST /p/{brand}"));
        for method in ["GET", "HEAD", "DELETE"] {
            assert_eq!(found(method, "/p/acme").as_deref(), Some("ANY /p/{brand}"));
        }
    }

    #[test]
    fn a_literal_segment_has_priority_over_a_parameter() {
        assert_eq!(found("GET", "/t/acme/login").as_deref(), Some("GET /t/{brand}/login"));
        assert_eq!(found("GET", "/t/acme/other").as_deref(), Some("GET /t/{brand}/{page}"));
    }

    #[test]
    fn a_path_is_matched_as_a_whole() {
        for path in ["/t/acme/login/", "/t//login", "/t/acme", "/t/acme/login/more", ""] {
            assert_eq!(found("GET", path), None, "{path}");
        }
    }

    #[test]
    fn a_rest_parameter_matches_only_without_another_route() {
        assert_eq!(found("GET", "/w/acme/a").as_deref(), Some("GET /w/{brand}/{page}"));
        for (path, rest) in [("/w/acme/a/b", "a/b"), ("/w/acme/", ""), ("/w/acme/a/", "a/")] {
            let routes = routes();
            let (route, parameters) = routes.find("GET", path).unwrap();
            assert_eq!(route.function, "GET /w/{brand}/{rest+}");
            assert_eq!(parameters.last(), Some(&("rest".to_owned(), rest.to_owned())));
        }
        assert_eq!(found("GET", "/w/acme"), None);
    }

    #[test]
    fn parameters_are_decoded() {
        let routes = routes();
        let (_, parameters) = routes.find("GET", "/t/a%20b/%2Fx").unwrap();
        let expected = [("brand".to_owned(), "a b".to_owned()), ("page".to_owned(), "/x".to_owned())];
        assert_eq!(parameters, expected);
    }
}
