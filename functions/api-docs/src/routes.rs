//! The routes, grouped by tag.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use shared::web::pages::docs::{Answer, Callers, ErrorRow, Group, Route};

use crate::fields::{kind, list, of_object, parameter, text, words};

/// The HTTP methods, in the order in which a path lists them. HEAD isn't documented.
const METHODS: [&str; 6] = ["get", "post", "put", "patch", "delete", "options"];

pub(crate) fn groups(document: &Value, base_url: &str) -> Vec<Group> {
    let tags = list(document, "tags").map(|tag| text(tag.get("name")));
    let group = |name: String| {
        let paths: BTreeMap<_, _> = document.get("paths").and_then(Value::as_object).into_iter().flatten().collect();
        let routes = paths.into_iter().flat_map(|(path, methods)| {
            METHODS.iter().filter_map(move |method| Some((*method, path.as_str(), methods.get(*method)?)))
        });
        let of_group = routes.filter(|(_, _, route)| list(route, "tags").any(|tag| *tag == name));
        let routes = of_group.map(|operation| route(document, base_url, operation)).collect();
        Group { anchor: name.to_lowercase().replace(' ', "-"), name, routes }
    };
    tags.map(group).collect()
}

fn route(document: &Value, base_url: &str, (method, path, route): (&str, &str, &Value)) -> Route {
    let body = route.pointer("/requestBody/content/application~1json");
    let responses = || route.get("responses").and_then(Value::as_object).into_iter().flatten();
    let codes: BTreeSet<String> = responses()
        .filter_map(|(_, answer)| answer.pointer("/content/application~1json/schema/properties/error/enum"))
        .filter_map(Value::as_array)
        .flatten()
        .map(|code| text(Some(code)))
        .collect();
    let callers = callers(route);
    Route {
        anchor: text(route.get("operationId")),
        method: method.to_uppercase(),
        path: path.split_inclusive('/').map(str::to_owned).collect(),
        summary: text(route.get("summary")),
        details: words(route.get("description")),
        parameters: list(route, "parameters").map(parameter).collect(),
        body: body.and_then(|body| body.get("schema")).map(of_object).unwrap_or_default(),
        body_optional: route.pointer("/requestBody/required") == Some(&Value::Bool(false)),
        curl: curl(base_url, (method, path, route), &callers),
        callers,
        answers: responses().filter(|(status, _)| status.starts_with(['2', '3'])).map(answer).collect(),
        errors: errors(document, &|code| codes.contains(code)),
    }
}

fn callers(route: &Value) -> Callers {
    let first = list(route, "security").next().and_then(Value::as_object).and_then(|schemes| schemes.iter().next());
    match first {
        None => Callers::Anybody,
        Some((scheme, scopes)) if scheme == "apiKey" => Callers::With(text(scopes.get(0))),
        Some((scheme, _)) if scheme == "adminSession" => Callers::Admins,
        Some(_) => Callers::Partners,
    }
}

fn answer((status, answer): (&String, &Value)) -> Answer {
    let json = answer.pointer("/content/application~1json");
    let schema = json.and_then(|json| json.get("schema"));
    let example = json.and_then(|json| json.get("example"));
    Answer {
        status: status.clone(),
        says: words(answer.get("description")),
        kind: schema.map(kind).filter(|kind| kind.link.is_some()),
        fields: schema.map(of_object).unwrap_or_default(),
        example: example.map(|example| format!("{example:#}")).unwrap_or_default(),
    }
}

/// Returns the error codes that `wanted` selects, by status.
pub(crate) fn errors(document: &Value, wanted: &dyn Fn(&str) -> bool) -> Vec<ErrorRow> {
    let rows = list(document, "x-errors").map(|row| ErrorRow {
        status: row.get("status").map(ToString::to_string).unwrap_or_default(),
        code: text(row.get("code")),
        says: words(row.get("message")),
    });
    rows.filter(|row| wanted(&row.code)).collect()
}

/// Returns a call that can be pasted into a terminal.
fn curl(base_url: &str, (method, path, route): (&str, &str, &Value), callers: &Callers) -> String {
    let filled = list(route, "parameters").fold(path.to_owned(), |path, parameter| {
        let example = parameter.pointer("/schema/examples/0").and_then(Value::as_str).unwrap_or("…");
        path.replace(&format!("{{{}}}", text(parameter.get("name"))), example)
    });
    let mut lines = vec![match method {
        "get" => format!("curl {base_url}{filled}"),
        method => format!("curl -X {} {base_url}{filled}", method.to_uppercase()),
    }];
    let session = |name: &str| format!("-H 'Cookie: __Host-{name}-acme=…' -H 'Origin: {base_url}'");
    match callers {
        Callers::With(_) => lines.push("-H \"Authorization: Bearer $API_KEY\"".to_owned()),
        Callers::Admins => lines.push(session("admin")),
        Callers::Partners => lines.push(session("partner")),
        Callers::Anybody => {}
    }
    if list(route, "parameters").any(|parameter| parameter.get("name") == Some(&Value::from("Idempotency-Key"))) {
        lines.push("-H \"Idempotency-Key: $(uuidgen)\"".to_owned());
    }
    if let Some(example) = route.pointer("/requestBody/content/application~1json/example") {
        lines.push("-H 'Content-Type: application/json'".to_owned());
        lines.push(format!("-d '{example}'"));
    }
    lines.join(" \\\n  ")
}
