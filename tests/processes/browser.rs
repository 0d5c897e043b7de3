//! Simulates API Gateway and a browser: converts requests to the JSON that a function receives, and stores its cookies.

use std::{collections::BTreeMap, sync::Mutex};

use serde_json::{Map, Value, json};

use crate::{process::Process, stack::Stack};

/// A browser, with its cookies.
#[derive(Default)]
pub(crate) struct Browser(Mutex<BTreeMap<String, String>>);

/// A function's HTTP response.
pub(crate) struct Answer {
    pub(crate) status: u64,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

impl Browser {
    /// Sends a request to the function that the route invokes, with a body of this content type.
    pub(crate) async fn ask(
        &self,
        (stack, processes): (&Stack, &BTreeMap<String, Process>),
        (method, address): (&str, &str),
        body: Option<(&str, String)>,
    ) -> Answer {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        // As in API Gateway: a literal segment has priority over a parameter, and then a route with the same method
        // over one for any.
        let (route, parameters) = stack
            .routes
            .iter()
            .filter(|route| route.method == method || route.method == "ANY")
            .filter_map(|route| fits(&route.path, path).map(|parameters| (route, parameters)))
            .min_by_key(|(route, parameters)| (parameters.len(), route.path.contains("+}"), route.method == "ANY"))
            .unwrap_or_else(|| panic!("no route for {method} {path}"));
        let key = format!("{} {}", route.method, route.path);
        let mut headers = json!({"host": "invites.example.com", "origin": "https://invites.example.com", "sec-fetch-site": "same-origin",
            "x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793"});
        if let Some((kind, _)) = &body {
            headers["content-type"] = (*kind).into();
        }
        let cookies: Vec<_> = self.0.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let http = json!({"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.7", "userAgent": "Test"});
        let event = json!({
            "version": "2.0", "routeKey": key, "rawPath": path, "rawQueryString": query, "headers": headers,
            "cookies": cookies, "pathParameters": parameters, "isBase64Encoded": false,
            "body": body.map(|(_, text)| text),
            "requestContext": {"http": http, "requestId": "request", "routeKey": key, "stage": "$default",
                "accountId": "123456789012", "apiId": "api", "domainName": "invites.example.com",
                "domainPrefix": "invites", "time": "22/Nov/2026:14:05:00 +0000", "timeEpoch": 1_795_356_300_000_i64},
        });
        let answer = processes[&route.function].invoke(event).await.unwrap();
        for line in answer["cookies"].as_array().into_iter().flatten() {
            let (name, rest) = line.as_str().unwrap().split_once('=').unwrap();
            self.0.lock().unwrap().insert(name.to_owned(), rest.split(';').next().unwrap().to_owned());
        }
        let body = answer["body"].as_str().unwrap_or_default().to_owned();
        Answer { status: answer["statusCode"].as_u64().unwrap(), body }
    }
}

/// Returns the parameters of `path` if it matches `pattern`.
fn fits(pattern: &str, path: &str) -> Option<Map<String, Value>> {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    if pattern.len() != path.len() {
        return None;
    }
    let mut parameters = Map::new();
    for (part, text) in pattern.iter().zip(path) {
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => drop(parameters.insert(name.to_owned(), text.into())),
            None if *part == text => {}
            None => return None,
        }
    }
    Some(parameters)
}
