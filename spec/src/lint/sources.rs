//! Sources: every statement quotes one, and every quote stands in it.

use super::{Report, readings, requirements};
use crate::model::SourceRef;
use crate::names;
use crate::problems::Problem;

pub(super) fn check(report: &mut Report<'_>) {
    let spec = report.spec;
    for (at, reading) in readings(spec) {
        quotes(report, &format!("{at}/source"), &reading.id, &reading.source);
    }
    for (at, requirement) in requirements(spec) {
        quotes(report, &format!("{at}/source"), &requirement.id, &requirement.source);
    }
}

fn quotes(report: &mut Report<'_>, at: &str, id: &str, sources: &[SourceRef]) {
    let spec = report.spec;
    if sources.is_empty() {
        let known: Vec<&str> = spec.document.sources.keys().map(String::as_str).collect();
        report.key(at, Problem::NoSource { name: id.to_owned(), sources: known.join(", ") });
    }
    for (nth, source) in sources.iter().enumerate() {
        let (Some(named), Some(text)) =
            (spec.document.sources.get(&source.document), spec.sources.get(&source.document))
        else {
            let todo = names::advice(&source.document, spec.document.sources.keys().map(String::as_str));
            let problem = Problem::UnknownName { kind: "source", name: source.document.clone(), todo };
            report.value(&format!("{at}/{nth}/document"), problem);
            continue;
        };
        let quote = folded(&source.quote);
        if quote.is_empty() || !folded(text).contains(&quote) {
            let todo = advice(spec.sources.iter(), &source.document, text, &quote);
            let problem = Problem::QuoteNotFound { file: named.file.clone(), todo };
            report.value(&format!("{at}/{nth}/quote"), problem);
        }
    }
}

/// Text with every run of white space as one space: sources break lines where quotes do not.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where a quote goes astray, or which other source has it.
fn advice<'a>(
    sources: impl Iterator<Item = (&'a String, &'a String)>,
    document: &str,
    text: &str,
    quote: &str,
) -> String {
    if quote.is_empty() {
        return "quote the words that say so".to_owned();
    }
    for (name, other) in sources {
        if name != document && folded(other).contains(quote) {
            return format!("the source `{name}` has these words: name it instead");
        }
    }
    let text = folded(text);
    let words: Vec<&str> = quote.split(' ').collect();
    let found = (1..=words.len()).rev().map(|count| words[..count].join(" ")).find(|words| text.contains(words));
    match found {
        Some(beginning) => format!(
            "quote it to the letter; only white space may differ. It has \"{beginning}\", but not \"{}\" after it",
            quote[beginning.len()..].split(' ').find(|word| !word.is_empty()).unwrap_or_default()
        ),
        None => "quote it to the letter; only white space may differ".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn advice_says_where_a_quote_goes_astray() {
        let sources = [("a".to_owned(), "one two\nthree".to_owned()), ("b".to_owned(), "four".to_owned())];
        let advice = |document, quote| {
            let text = &sources.iter().find(|(name, _)| name == document).expect("a source").1;
            super::advice(sources.iter().map(|(name, text)| (name, text)), document, text, quote)
        };
        assert!(advice("a", "one two tree").ends_with("It has \"one two\", but not \"tree\" after it"));
        assert_eq!(advice("a", "four"), "the source `b` has these words: name it instead");
        assert_eq!(advice("a", ""), "quote the words that say so");
        assert_eq!(advice("a", "zzz"), "quote it to the letter; only white space may differ");
    }
}
