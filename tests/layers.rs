//! The layout of the shared library: the order of its modules, and the names of its subjects.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use crate::tidy::{root, sources};

/// The order of the modules of `shared`: each may use only modules before it in this list.
const LAYERS: [&str; 25] = [
    "egress",
    "crypto",
    "domain",
    "error",
    "platform",
    "config",
    "json",
    "jobs",
    "csv",
    "invocation",
    "aws",
    "store",
    "mail",
    "clients",
    "app",
    "function",
    "long_read",
    "web",
    "network",
    "compose",
    "openapi",
    "operator",
    "retention",
    "runtime",
    "lib",
];

/// Names that `shared` re-exports at its root, by the module that they are from.
fn reexports() -> BTreeMap<String, String> {
    let lib = fs::read_to_string(root().join("shared/src/lib.rs")).unwrap();
    let mut found = BTreeMap::new();
    for statement in lib.split("pub use ").skip(1) {
        let (module, names) = statement.split(';').next().unwrap().split_once("::").unwrap();
        for name in names.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|name| !name.is_empty()) {
            found.insert(name.to_owned(), module.to_owned());
        }
    }
    found
}

/// The names directly after `crate::` in the code of a file, without its comments and its unit tests.
fn named_from_root(text: &str) -> BTreeSet<String> {
    let code = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
    let code: String = code.lines().map(|line| line.split("//").next().unwrap().to_owned() + "\n").collect();
    let mut found = BTreeSet::new();
    for after in code.split("crate::").skip(1) {
        let mut depth = 0_usize;
        let mut word = String::new();
        let mut is_head = true;
        for c in after.chars() {
            match c {
                c if c.is_alphanumeric() || c == '_' => {
                    word.push(c);
                    continue;
                }
                _ if is_head && !word.is_empty() => {
                    found.insert(std::mem::take(&mut word));
                    is_head = false;
                }
                _ => word.clear(),
            }
            match c {
                '{' => {
                    depth += 1;
                    is_head = depth == 1;
                }
                '}' if depth > 1 => depth -= 1,
                ',' if depth == 1 => is_head = true,
                ':' | ' ' | '\n' | ',' if depth > 0 => {}
                _ => break,
            }
        }
    }
    found
}

#[test]
fn modules_of_shared_use_only_those_below_them() {
    let reexports = reexports();
    let level = |name: &str| LAYERS.iter().position(|layer| *layer == name);
    let mut seen = BTreeSet::new();
    for path in sources(&root().join("shared/src")) {
        let below = path.strip_prefix(root().join("shared/src")).unwrap().to_str().unwrap().to_owned();
        if below.contains("/tests") {
            continue;
        }
        let module = below.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        let own = level(&module).unwrap_or_else(|| panic!("{module} has no place in the order of modules"));
        seen.insert(module.clone());
        if module == "lib" {
            continue;
        }
        for name in named_from_root(&fs::read_to_string(&path).unwrap()) {
            let used = reexports.get(&name).unwrap_or(&name);
            let theirs = level(used).unwrap_or_else(|| panic!("{below}: crate::{name}"));
            assert!(theirs <= own, "{below} uses {name} of {used}, which comes after {module}");
        }
    }
    assert_eq!(seen.len(), LAYERS.len());
}

#[test]
fn imports_are_found_wherever_they_are_named() {
    let text = "use crate::{App, Error,\n    domain::{Partner, PartnerId as Id},\n    store,\n};\n// crate::no\nfn a() { crate::web::b(); }\n";
    let found: Vec<_> = named_from_root(text).into_iter().collect();
    assert_eq!(found, ["App", "Error", "domain", "store", "web"]);
}

/// The modules of a layer that are not subjects: technical parts of the layer, or values that many subjects use.
const TECHNICAL: [&str; 18] = [
    "api_views",
    "assets",
    "docs",
    "dynamodb",
    "format",
    "format_time",
    "http",
    "keys",
    "layout",
    "operator",
    "page_context",
    "pages",
    "quotas",
    "rate_limit",
    "settings",
    "stylesheet",
    "tests",
    "theme",
];

#[test]
fn every_subject_has_one_name_in_all_layers() {
    let modules = |layer: &str| -> BTreeSet<String> {
        let folder = root().join(layer);
        // Git keeps no empty folders, so only those with files count.
        let first =
            |path: &PathBuf| path.strip_prefix(&folder).unwrap().iter().next().unwrap().to_str().map(str::to_owned);
        let names = sources(&folder).iter().filter_map(first).collect::<Vec<_>>();
        names.iter().map(|name| name.trim_end_matches(".rs").to_owned()).filter(|name| name != "mod").collect()
    };
    let domain = modules("shared/src/domain");
    for layer in ["shared/src/store", "shared/src/web", "shared/src/web/pages"] {
        for subject in modules(layer) {
            let known = domain.contains(&subject) || TECHNICAL.contains(&&*subject);
            assert!(known, "{layer} has the subject {subject}, which the domain doesn't have");
        }
    }
}
