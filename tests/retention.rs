//! `docs/retention.md`, compared with the code.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

/// Returns the rows of all tables in the page, by their first cell.
fn rows() -> BTreeMap<String, Vec<String>> {
    let page = read("docs/retention.md");
    let rows = page.lines().filter(|line| line.starts_with("| ")).map(|line| {
        let cells: Vec<_> = line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
        (cells[0].clone(), cells)
    });
    rows.collect()
}

fn in_words(hours: i64) -> String {
    match hours {
        1 => "1 hour".to_owned(),
        2..=24 => format!("{hours} hours"),
        _ => format!("{} days", hours / 24),
    }
}

#[test]
fn every_kind_of_item_is_told_of_and_no_other() {
    let keys = read("shared/src/store/keys.rs");
    let kinds =
        keys.lines().filter_map(|line| line.strip_prefix("//! | ")).map(|line| line.split(" |").next().unwrap());
    let kinds: Vec<_> = kinds.filter(|kind| *kind != "entity").collect();
    let rows = rows();
    let untold: Vec<_> = kinds.iter().filter(|kind| !rows.contains_key(**kind)).collect();
    assert!(
        untold.is_empty(),
        "say in docs/retention.md what these hold of a person, and what erasing does: {untold:?}"
    );
    let page = read("docs/retention.md");
    let items = page.split("## Items in the table").nth(1).unwrap().split("## ").next().unwrap();
    let told = items.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| what |"));
    assert_eq!(told.count(), kinds.len(), "docs/retention.md tells of items that are in no table");
    assert!(rows.values().all(|cells| (cells.len() == 4 || cells[0].starts_with('`') || cells[0] == "field")
        && cells.iter().all(|cell| !cell.is_empty())));
}

#[test]
fn retention_periods_are_those_of_the_code() {
    let rows = rows();
    for (kind, kept) in shared::kept() {
        assert_eq!(rows[kind][2], in_words(kept.as_hours()), "{kind}");
    }
    let page = local::template::document(&local::template_path()).unwrap();
    let rules =
        page["Resources"]["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"].as_array().unwrap().clone();
    let prefixed: Vec<&Value> = rules.iter().filter(|rule| rule.get("Prefix").is_some()).collect();
    assert_eq!(prefixed.len(), 4);
    for rule in prefixed {
        let prefix = format!("`{}`", rule["Prefix"].as_str().unwrap());
        let row = rows.values().find(|cells| cells[0].contains(&prefix)).unwrap_or_else(|| panic!("{prefix}"));
        assert_eq!(row[2], format!("{} days", rule["ExpirationInDays"]));
        assert!(rule["ExpirationInDays"].as_u64().unwrap() <= 31, "longer than a person has to wait");
    }
}
