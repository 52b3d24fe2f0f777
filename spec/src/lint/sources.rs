//! Checks sources: every statement quotes one, and every quote occurs in its source.

use std::collections::BTreeMap;

use super::{LintReport, readings, requirements};
use crate::model::SourceRef;
use crate::names;
use crate::problems::Problem;

pub(super) fn check(report: &mut LintReport<'_>) {
    let spec = report.spec;
    let texts: Texts<'_> = spec.sources.iter().map(|(name, text)| (name.as_str(), folded(text))).collect();
    for (at, reading) in readings(spec) {
        quotes(report, &texts, &format!("{at}/source"), &reading.id, &reading.source);
        of_its_time(report, &at, &reading.id, &reading.source, &reading.editions);
    }
    for (at, requirement) in requirements(spec) {
        quotes(report, &texts, &format!("{at}/source"), &requirement.id, &requirement.source);
        of_its_time(report, &at, &requirement.id, &requirement.source, &requirement.editions);
    }
}

/// Checks that each edition has a source that applies to it: later documents do not bind earlier editions.
fn of_its_time(report: &mut LintReport<'_>, at: &str, id: &str, quoted: &[SourceRef], editions: &[String]) {
    let sources = &report.spec.document.sources;
    let speaks = |source: &SourceRef, edition: &String| {
        let source = sources.get(&source.document);
        source.is_none_or(|source| source.editions.is_empty() || source.editions.contains(edition))
    };
    let without = editions.iter().find(|edition| !quoted.is_empty() && !quoted.iter().any(|one| speaks(one, edition)));
    if let Some(edition) = without {
        let problem = Problem::NoSourceOfEdition { name: id.to_owned(), edition: edition.clone() };
        report.key(&format!("{at}/source"), problem);
    }
}

/// The texts of the sources by name, with white space collapsed.
type Texts<'a> = BTreeMap<&'a str, String>;

fn quotes(report: &mut LintReport<'_>, texts: &Texts<'_>, at: &str, id: &str, sources: &[SourceRef]) {
    let spec = report.spec;
    if sources.is_empty() {
        let known: Vec<&str> = spec.document.sources.keys().map(String::as_str).collect();
        report.key(at, Problem::NoSource { name: id.to_owned(), sources: known.join(", ") });
    }
    for (nth, source) in sources.iter().enumerate() {
        let (Some(named), Some(text)) =
            (spec.document.sources.get(&source.document), texts.get(source.document.as_str()))
        else {
            let todo = names::advice(&source.document, spec.document.sources.keys().map(String::as_str));
            let problem = Problem::UnknownName { kind: "source", name: source.document.clone(), todo };
            report.value(&format!("{at}/{nth}/document"), problem);
            continue;
        };
        let quote = folded(&source.quote);
        if quote.is_empty() || !text.contains(&quote) {
            let todo = advice(texts, &source.document, &quote);
            let problem = Problem::QuoteNotFound { file: named.file.clone(), todo };
            report.value(&format!("{at}/{nth}/quote"), problem);
        }
    }
}

/// Collapses white space: sources break lines where quotes do not.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Says where a quote deviates from its source, or which other source contains it.
fn advice(texts: &Texts<'_>, document: &str, quote: &str) -> String {
    if quote.is_empty() {
        return "quote the words that say so".to_owned();
    }
    if let Some((name, _)) = texts.iter().find(|(name, text)| **name != document && text.contains(quote)) {
        return format!("the source `{name}` has these words: name it instead");
    }
    let text = texts.get(document).map_or("", String::as_str);
    let words: Vec<&str> = quote.split(' ').collect();
    let found = (1..=words.len()).rev().map(|count| words[..count].join(" ")).find(|words| text.contains(words));
    match found {
        Some(beginning) => format!(
            "quote it to the letter; only white space may differ. It has `{beginning}`, but not `{}` after it",
            quote[beginning.len()..].split(' ').find(|word| !word.is_empty()).unwrap_or_default()
        ),
        None => "quote it to the letter; only white space may differ".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_says_where_a_quote_goes_astray() {
        let texts = BTreeMap::from([("a", folded("one two\nthree")), ("b", "four".to_owned())]);
        let advice = |document, quote| advice(&texts, document, quote);
        assert!(advice("a", "one two tree").ends_with("It has `one two`, but not `tree` after it"));
        assert_eq!(advice("a", "four"), "the source `b` has these words: name it instead");
        assert_eq!(advice("a", ""), "quote the words that say so");
        assert_eq!(advice("a", "zzz"), "quote it to the letter; only white space may differ");
    }
}
