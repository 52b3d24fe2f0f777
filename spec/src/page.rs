//! Renders `docs/requirements.md` from the spec: what a correct implementation does, for people.

use std::fmt::Write as _;

use crate::coverage::row_order;
use crate::load::Spec;
use crate::model::{Area, Level, Reading, Requirement, SourceRef, Subject};
use crate::show::summary;

/// The areas in the order of the page, with their headings.
const AREAS: &[(Area, &str)] = &[
    (Area::Derivation, "Derivation"),
    (Area::Requests, "Requests a server accepts"),
    (Area::Answer, "The answer"),
    (Area::Sequences, "Over several requests"),
    (Area::Refusals, "Requests a server refuses"),
    (Area::Errors, "The error object"),
    (Area::Authentication, "Authentication"),
    (Area::Client, "What a client sends and reads"),
];

/// The page, in Markdown.
#[must_use]
pub fn requirements_page(spec: &Spec) -> String {
    let mut page = String::new();
    introduction(&mut page, spec);
    derivations(&mut page, spec);
    for (area, heading) in AREAS {
        let mut requirements: Vec<&Requirement> =
            spec.document.requirements.iter().filter(|requirement| requirement.area == *area).collect();
        if requirements.is_empty() {
            continue;
        }
        // The order within a row is that of the document.
        requirements.sort_by_key(|requirement| row_order(&requirement.row));
        let _ = write!(page, "\n## {heading}\n\n");
        table(&mut page, spec, &requirements);
        for requirement in requirements {
            details(&mut page, requirement);
        }
    }
    readings(&mut page, spec);
    page
}

fn introduction(page: &mut String, spec: &Spec) {
    page.push_str(
        "<!-- @generated from spec/requirements.yaml by `cargo run -p mixinspec-codegen`; edit that. -->\n\n\
         # What a correct implementation does\n\n\
         The normative statements of `POST /conversations`, each with its level, its source and the way it is checked.\n\
         A **must** that is broken is a failure, a **should** a warning; a **may** that is broken does not apply. What\n\
         a schema constraint states is stated there (`spec/EDITION/openapi.yaml`) and owned by a requirement here. Where\n\
         the sources leave two readings, neither is a failure: see [Readings](#readings).\n\n\
         | edition | what it is | a refusal |\n|---|---|---|\n",
    );
    for (name, edition) in &spec.document.editions {
        let _ = writeln!(page, "| {name} | {} | {} |", cell(&edition.title), cell(&edition.refusal));
    }
    page.push_str("\n| source | what it is | sentences |\n|---|---|---|\n");
    for (name, source) in &spec.document.sources {
        let _ = writeln!(page, "| {name} | {} | [{}](../spec/{}) |", cell(&source.title), source.file, source.file);
    }
}

/// The derivations, each with its near misses.
fn derivations(page: &mut String, spec: &Spec) {
    page.push_str("\n## Functions\n");
    for (name, derivation) in &spec.document.derivations {
        let parameters: Vec<&str> = derivation.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        let _ = write!(page, "\n**{name}**({}): {}.\n\n", parameters.join(", "), text(&derivation.title));
        let defined = match (&derivation.record, &derivation.fold) {
            (Some(record), _) => serde_json::to_string(record),
            (None, fold) => serde_json::to_string(fold),
        };
        let _ = writeln!(page, "- defined by {}", code(&defined.unwrap_or_default()));
        for near_miss in &derivation.near_misses {
            let _ = writeln!(page, "- a near miss, `{}`: {}", near_miss.name, text(&near_miss.mistake));
        }
    }
}

fn table(page: &mut String, spec: &Spec, requirements: &[&Requirement]) {
    let editions: Vec<&str> = spec.editions().collect();
    let _ = writeln!(page, "| row | requirement | {} | statement |", editions.join(" | "));
    let _ = writeln!(page, "|---|---|{}---|", "---|".repeat(editions.len()));
    for requirement in requirements {
        let levels = editions.iter().map(|edition| spec.level(requirement, edition).map_or("–", Level::name));
        let _ = writeln!(
            page,
            "| {} | [{1}](#{1}) | {2} | {3} |",
            requirement.row,
            requirement.id,
            levels.collect::<Vec<_>>().join(" | "),
            cell(&requirement.statement)
        );
    }
}

fn details(page: &mut String, requirement: &Requirement) {
    let _ = write!(page, "\n### {}\n\n{}\n\n", requirement.id, text(&requirement.statement));
    sources(page, &requirement.source);
    if requirement.subject == Subject::Sdk {
        page.push_str("- for SDKs\n");
    }
    if !requirement.on.is_empty() {
        let _ = writeln!(page, "- on answers to {}", requirement.on.join(", "));
    }
    if let Some(when) = &requirement.when {
        let _ = writeln!(page, "- when {}", code(when.as_str()));
    }
    for form in requirement.forms() {
        let _ = writeln!(page, "- checked by {}", summary(&form));
    }
    if !requirement.breaks.is_empty() {
        let _ = writeln!(page, "- breaks {}", requirement.breaks.join(", "));
    }
    if let Some(help) = &requirement.help {
        let _ = writeln!(page, "- help: {}", text(help));
    }
}

fn sources(page: &mut String, sources: &[SourceRef]) {
    for source in sources {
        let _ = writeln!(page, "- {}: {}", source.document, code(&source.quote));
    }
}

fn readings(page: &mut String, spec: &Spec) {
    let mut readings: Vec<&Reading> = spec.document.readings.iter().collect();
    if readings.is_empty() {
        return;
    }
    readings.sort_by_key(|reading| row_order(&reading.row));
    page.push_str(
        "\n## Readings\n\n\
         Where the sources leave more than one interpretation, a run reports which one the subject shows, and fails\n\
         none of them. What is none of them is a failure.\n\n\
         | row | reading | editions | question | interpretations |\n|---|---|---|---|---|\n",
    );
    for reading in &readings {
        let names: Vec<&str> = reading.observe.iter().map(|observation| observation.name.as_str()).collect();
        let _ = writeln!(
            page,
            "| {} | [{1}](#{1}) | {2} | {3} | {4} |",
            reading.row,
            reading.id,
            reading.editions.join(", "),
            cell(&reading.question),
            names.join(" · ")
        );
    }
    for reading in readings {
        let _ = write!(page, "\n### {}\n\n{}\n\n", reading.id, text(&reading.question));
        sources(page, &reading.source);
        for observation in &reading.observe {
            let _ = writeln!(page, "- **{}**: {}", observation.name, code(observation.rule.as_str()));
        }
    }
}

/// Text that Markdown leaves as it is.
fn text(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '<' | '>' | '[' | ']' | '|') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    // Text with backquotes contains code, in which escapes would show.
    if text.contains('`') { text.replace('|', "\\|") } else { escaped }
}

/// Text in a cell of a table, which is one line.
fn cell(content: &str) -> String {
    text(&content.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A code span, fenced with more backquotes than it contains.
fn code(content: &str) -> String {
    let content = content.split_whitespace().collect::<Vec<_>>().join(" ");
    let longest = content.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if content.starts_with('`') || content.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{content}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_on_the_page_once() {
        let spec = Spec::embedded().expect("the embedded documents are sound");
        let page = requirements_page(&spec);
        for id in spec.ids() {
            assert_eq!(page.matches(&format!("\n### {id}\n")).count(), 1, "{id}");
            assert_eq!(page.matches(&format!("[{id}](#{id})")).count(), 1, "{id}");
        }
        let quotes = spec.document.requirements.iter().flat_map(|requirement| &requirement.source);
        for source in quotes {
            assert!(page.contains(&format!("- {}: {}\n", source.document, code(&source.quote))), "{source:?}");
        }
        for breaks in spec.document.requirements.iter().map(|requirement| &requirement.breaks) {
            assert!(breaks.is_empty() || page.contains(&format!("- breaks {}\n", breaks.join(", "))));
        }
    }

    #[test]
    fn tables_have_as_many_cells_in_every_row() {
        let page = requirements_page(&Spec::embedded().expect("the embedded documents are sound"));
        let cells = |line: &str| line.replace("\\|", "").matches('|').count();
        let lines: Vec<&str> = page.lines().collect();
        for pair in lines.windows(2).filter(|pair| pair.iter().all(|line| line.starts_with('|'))) {
            assert_eq!(cells(pair[0]), cells(pair[1]), "{}\n{}", pair[0], pair[1]);
        }
    }

    #[test]
    fn the_page_is_the_same_each_time() {
        let page = || requirements_page(&Spec::embedded().expect("the embedded documents are sound"));
        assert_eq!(page(), page());
    }

    #[test]
    fn code_and_text_are_fenced() {
        assert_eq!(code("a `b` c"), "``a `b` c``");
        assert_eq!(code("`b`"), "`` `b` ``");
        assert_eq!(code("a\n  b"), "`a b`");
        assert_eq!(text("a_b*c|d"), "a_b\\*c\\|d");
        assert_eq!(text("`a_b` | c"), "`a_b` \\| c");
    }
}
