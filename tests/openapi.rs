//! The OpenAPI document: generated from the types, compared with the template, and consistent in itself.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::World;

fn document() -> Value {
    local::openapi().unwrap_or_else(|error| panic!("{error}"))
}

/// Returns every operation of the document: its method and path, and its definition.
fn operations(document: &Value) -> Vec<(String, Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(move |(method, told)| (format!("{} {path}", method.to_uppercase()), told.clone()))
    });
    operations.collect()
}

#[test]
fn the_checked_in_document_matches_the_types() {
    let path = local::template_path().with_file_name("../functions/api-docs/openapi.json");
    let made = format!("{:#}\n", document());
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = made.lines().zip(kept.lines()).find(|(made, kept)| made != kept);
    assert!(
        made == kept,
        "functions/api-docs/openapi.json is not what the types say (first at {differs:?}). Look at the change, then write it with: \
         UPDATE_OPENAPI=1 cargo test -p tests openapi"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_of_the_api_is_described_and_nothing_else() {
    let world = World::new().await;
    let routes = world
        .local
        .template()
        .routes
        .iter()
        .filter(|route| ["/api/", "/r/", "/webhooks/"].iter().any(|start| route.path.starts_with(start)));
    let routes: BTreeSet<_> = routes.map(|route| format!("{} {}", route.method, route.path)).collect();
    let described: BTreeSet<_> = operations(&document()).into_iter().map(|(route, _)| route).collect();
    let missing: Vec<_> = routes.difference(&described).collect();
    assert!(
        missing.is_empty(),
        "not described: {missing:?}. Add `described()` to the function, and the function to infra/local/src/openapi/mod.rs"
    );
    let unknown: Vec<_> = described.difference(&routes).collect();
    assert!(unknown.is_empty(), "described, but not in the template: {unknown:?}");
}

#[test]
fn every_operation_documents_its_purpose_callers_and_responses() {
    let document = document();
    let schemes = document["components"]["securitySchemes"].as_object().unwrap();
    let mut ids = BTreeSet::new();
    for (route, told) in operations(&document) {
        assert!(ids.insert(told["operationId"].to_string()), "{route}: its id is taken");
        assert!(!told["summary"].as_str().unwrap().is_empty(), "{route} has no summary");
        for way in told["security"].as_array().unwrap_or_else(|| panic!("{route} doesn't say who may call")) {
            assert!(way.as_object().unwrap().keys().all(|scheme| schemes.contains_key(scheme)), "{route}: {way}");
        }
        let statuses: Vec<_> = told["responses"].as_object().unwrap().keys().collect();
        let any = |first: &[char]| statuses.iter().any(|status| status.starts_with(first));
        assert!(any(&['2', '3']) && any(&['4', '5']), "{route}: {statuses:?}");
        let named = told["parameters"].as_array().unwrap().iter().filter(|parameter| parameter["in"] == "path");
        for parameter in named {
            assert!(route.contains(&format!("{{{}}}", parameter["name"].as_str().unwrap())), "{route}: {parameter}");
        }
        assert_eq!(told["parameters"].to_string().matches(r#""in":"path""#).count(), route.matches('{').count());
    }
}

#[test]
fn every_reference_resolves_and_every_schema_is_referenced() {
    let document = document();
    let text = document.to_string();
    let types = document["components"]["schemas"].as_object().unwrap();
    let referred: BTreeSet<_> = text
        .split("\"$ref\":\"#/components/schemas/")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    assert_eq!(text.matches("\"$ref\":").count(), text.matches("\"$ref\":\"#/components/schemas/").count());
    for name in &referred {
        assert!(types.contains_key(name), "{name} is not there");
    }
    for (name, schema) in types {
        assert!(referred.contains(name) || name == "Scope", "nothing refers to {name}");
        // A second type with the same name gets a number.
        assert!(!name.ends_with(|char: char| char.is_ascii_digit()), "{name}: name it with #[schemars(rename = …)]");
        assert!(!schema["description"].as_str().unwrap_or_default().is_empty(), "{name} has no words");
    }
}

#[test]
fn every_error_code_has_a_status_and_a_message() {
    for row in document()["x-errors"].as_array().unwrap() {
        assert!((400..600).contains(&row["status"].as_u64().unwrap()), "{row}");
        assert!(row["message"].as_str().unwrap().ends_with('.'), "{row}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_of_bodies_are_accepted() {
    let world = World::new().await;
    for (route, told) in operations(&document()) {
        let example = &told["requestBody"]["content"]["application/json"]["example"];
        if !example.is_object() || told["security"][0].get("apiKey").is_none() {
            continue;
        }
        let (method, path) = route.split_once(' ').unwrap();
        let named = told["parameters"].as_array().unwrap().iter().filter(|parameter| parameter["in"] == "path");
        let path = named.fold(path.to_owned(), |path, parameter| {
            let name = parameter["name"].as_str().unwrap();
            path.replace(&format!("{{{name}}}"), parameter["schema"]["examples"][0].as_str().unwrap_or_default())
        });
        let answer = world.api(method.parse().unwrap(), &path, example.clone()).await;
        // The resource that the path names need not exist.
        let nobody = answer.status == 404 || answer.refusal_or_none() == "not_connected";
        assert!(answer.status.is_success() || nobody, "{route}: {}", answer.body);
    }
}
