//! Rules of this repository about itself.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::support::World;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn names(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !name.starts_with('.')).collect()
}

pub(crate) fn sources(folder: &Path) -> Vec<PathBuf> {
    files(folder, ".rs")
}

/// All files below a folder whose names end like this.
pub(crate) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            found.extend(files(&path, ending));
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_has_a_resource_an_event_and_a_test() {
    let world = World::new().await;
    let folders = names("functions");
    let resources: BTreeSet<String> =
        world.local.template().functions.iter().map(|function| function.name.clone()).collect();
    assert_eq!(folders, resources);
    let events = names("events");
    let tests = names("tests/functions");
    for name in &folders {
        assert!(events.contains(&format!("{name}.json")), "events/{name}.json is missing");
        assert!(tests.contains(&format!("{}.rs", name.replace('-', "_"))), "{name} has no test file");
    }
    for event in events {
        let name = event.split('.').next().unwrap().to_owned();
        assert!(folders.contains(&name), "events/{event} is of no function");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_of_the_template_has_a_handler() {
    let world = World::new().await;
    let nowhere = "There is no such URL.";
    for route in &world.local.template().routes {
        let path = route.path.replace("{brand}", "acme").replace("{rest+}", "no/such/page");
        let path =
            path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/");
        let request =
            http::Request::builder().method(route.method.as_str()).uri(&path).header("sec-fetch-site", "same-origin");
        let answer = world.send(request.body(bytes::Bytes::new()).unwrap()).await;
        assert!(
            !answer.body.contains(nowhere) && answer.status.as_u16() < 500,
            "{} {path}: {}",
            route.method,
            answer.body
        );
        let of_something = route.path.replace("{brand}", "").contains('{');
        let page = route.path.starts_with("/t/") && route.method == "GET" && !of_something;
        assert!(!page || answer.status != 404, "{path}: {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sample_event_is_answered() {
    let world = World::new().await;
    for event in names("events") {
        let function = event.split('.').next().unwrap();
        let body: Value =
            serde_json::from_str(&fs::read_to_string(root().join("events").join(&event)).unwrap()).unwrap();
        let answer = world.local.invoke(function, body).await.unwrap_or_else(|error| panic!("{event}: {error}"));
        if let Some(status) = answer.get("statusCode").and_then(Value::as_u64) {
            assert!(status < 500, "{event}: {answer}");
        }
    }
}

/// SAM runs cargo-lambda in the folder that a function names, and finds its binary by name.
#[test]
fn every_function_is_built_in_its_own_folder() {
    let template = local::template::document(&local::template_path()).unwrap();
    let resources = template["Resources"].as_object().unwrap().values();
    let mut built = BTreeSet::new();
    for function in resources.filter(|resource| resource["Type"] == "AWS::Serverless::Function") {
        let binary = function["Metadata"]["BuildProperties"]["Binary"].as_str().unwrap().to_owned();
        assert_eq!(function["Properties"]["CodeUri"], format!("../functions/{binary}"));
        assert_eq!(function["Metadata"]["BuildMethod"], "rust-cargolambda", "{binary}");
        built.insert(binary);
    }
    assert_eq!(built, names("functions"));
}

#[test]
fn files_are_short_and_say_what_they_are() {
    for path in sources(&root()) {
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().count();
        assert!(text.starts_with("//! "), "{} doesn't say what it is", path.display());
        assert!(lines <= 400, "{} has {lines} lines", path.display());
    }
}

#[test]
fn pages_hold_no_script_or_style_of_their_own() {
    let pages = files(&root().join("shared/src/web/pages"), ".html");
    assert!(pages.len() > 50, "{pages:?}");
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        for word in [" style=", "<style", "<script>", "javascript:", " onclick=", " onsubmit=", " onchange="] {
            assert!(!text.contains(word), "{} has {word}", page.display());
        }
    }
}

#[test]
fn functions_name_neither_aws_nor_the_environment_nor_the_local_runner() {
    for path in sources(&root().join("functions")) {
        let text = fs::read_to_string(&path).unwrap();
        for word in ["aws_", "std::env", "CookiePolicy", "LoopbackPolicy", "unwrap()", ".expect("] {
            assert!(!text.contains(word), "{} names {word}", path.display());
        }
    }
    for function in names("functions") {
        let manifest = fs::read_to_string(root().join("functions").join(&function).join("Cargo.toml")).unwrap();
        assert!(!manifest.contains("aws") && !manifest.contains("version = \""), "{function}");
    }
}

#[test]
fn the_domain_depends_on_nothing_external() {
    for path in sources(&root().join("shared/src/domain")) {
        let text = fs::read_to_string(&path).unwrap();
        for word in [
            "aws_",
            "http::",
            "tokio",
            "Timestamp::now",
            "getrandom",
            "std::env",
            "crate::store",
            "crate::web",
            "async ",
        ] {
            assert!(!text.contains(word), "{} names {word}", path.display());
        }
    }
}
