//! The words of this repository: terms that were replaced stay out of comments, documents, pages, emails and the template.

use std::{fs, path::Path};

use crate::tidy::{files, root};

/// Words that read as translated, or that stood for several things. docs/glossary.md lists what to use instead.
const RETIRED: [&str; 9] = ["whoever", "whom", "whomever", "anew", "told", "tell", "tells", "telling", "worn"];

/// The openings with which comments used to begin in the place of a verb or a noun.
const FRAGMENTS: [&str; 9] = ["What ", "Whether ", "Where ", "How ", "Who ", "Whom ", "When ", "Why ", "That "];

/// The few comments that are whole sentences although they begin like this, such as "When the queue is empty, …".
const SENTENCES_MAX: usize = 60;

/// The line without what is between two of these marks, such as code between backticks.
fn without(line: &str, mark: char) -> String {
    line.split(mark).step_by(2).collect::<Vec<_>>().join(" ")
}

/// The text of a template that people see: without tags, expressions and comments.
fn visible(template: &str) -> String {
    let (mut text, mut rest) = (String::new(), template);
    while let Some(start) = rest.find(['<', '{']) {
        text.push_str(&rest[..start]);
        let close = [("{{", "}}"), ("{%", "%}"), ("{#", "#}"), ("<", ">")];
        let Some((_, close)) = close.iter().find(|(open, _)| rest[start..].starts_with(open)) else {
            rest = &rest[start + 1..];
            continue;
        };
        let end = rest[start..].find(close).map_or(rest.len(), |end| start + end + close.len());
        text.extend(rest[start..end].chars().filter(|c| *c == '\n'));
        rest = &rest[end..];
    }
    text + rest
}

/// The lines of a file that people read, with their numbers.
fn prose(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap();
    let name = path.to_str().unwrap();
    let text = if name.ends_with(".html") { visible(&text) } else { text };
    let mut is_code = false;
    let lines = text.lines().enumerate().filter(|(_, line)| {
        let is_fence = name.ends_with(".md") && line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_fence && !is_code && (!name.ends_with(".rs") || line.trim_start().starts_with("//"))
    });
    lines.map(|(number, line)| (number + 1, without(line, '`'))).collect()
}

/// The words of a line; those that are part of an identifier, such as `data-told`, are no words.
fn words(line: &str) -> impl Iterator<Item = String> {
    line.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_').map(str::to_lowercase)
}

#[test]
fn retired_words_stay_retired() {
    let mut found = Vec::new();
    let mut read = 0;
    for ending in [".rs", ".html", ".md", ".yaml", ".yml", ".toml", ".txt"] {
        for path in files(&root(), ending) {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            let is_ours = !name.ends_with("LICENSE.md") && !name.starts_with("tests/csv");
            if !is_ours || ["docs/glossary.md", "tests/language.rs"].contains(&&*name) {
                continue;
            }
            read += 1;
            for (number, line) in prose(&path) {
                let retired = words(&line).find(|word| RETIRED.contains(&&**word));
                found.extend(retired.map(|word| format!("{name}:{number}: {word}")));
            }
        }
    }
    assert!(read > 800, "only {read} files were found");
    assert!(found.is_empty(), "docs/glossary.md says what to use instead: {found:#?}");
}

#[test]
fn comments_begin_with_a_verb_or_a_noun() {
    let mut found = Vec::new();
    for path in files(&root(), ".rs") {
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<_> = text.lines().map(str::trim_start).collect();
        // The first line of each block of documentation.
        for (number, pair) in [""].iter().chain(&lines).zip(&lines).enumerate() {
            let (before, line) = pair;
            let is_first = line.starts_with("/// ") && !before.starts_with("///");
            if is_first && FRAGMENTS.iter().any(|fragment| line[4..].starts_with(fragment)) {
                found.push(format!("{}:{}: {line}", path.display(), number + 1));
            }
        }
    }
    assert!(found.len() <= SENTENCES_MAX, "start with a verb or a noun: {found:#?}");
}

#[test]
fn the_text_of_templates_is_found() {
    let text = visible("<p class=\"told\">Hello {{ told }}\n{# told #}there</p>{% if told %}!{% endif %} {x}");
    assert_eq!(text, "Hello \nthere! x}");
    assert_eq!(without("a `told` b", '`'), "a   b");
    assert_eq!(words("data-told, Told. un_told").filter(|word| word == "told").count(), 1);
}
