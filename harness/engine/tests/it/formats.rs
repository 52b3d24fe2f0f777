//! Tests the report formats for people: HTML, Markdown, GitHub's annotations and badges.

use std::collections::BTreeSet;

use base64::Engine as _;
use insta::assert_snapshot;
use mixinspec_engine::reporter::{FORMATS, ReportFormat, badge, github, html, markdown};
use mixinspec_engine::{End, Report, Verdict};
use mixinspec_spec::model::{Area, Level, Subject};
use sha2::Digest as _;

use crate::sample::{HOSTILE, concluded, out_of_date, report, requirement};

/// The text between two marks, and the rest without it.
fn cut_out(text: &str, from: &str, to: &str) -> (String, String) {
    let start = text.find(from).expect("the first mark") + from.len();
    let end = start + text[start..].find(to).expect("the second mark");
    (text[start..end].to_owned(), format!("{}…{}", &text[..start], &text[end..]))
}

/// A page without its style, its script and their hashes, and whether the hashes are right.
fn bare(page: &str) -> (String, bool) {
    let (style, rest) = cut_out(page, "<style>", "</style>");
    let (script, rest) = cut_out(&rest, "<script>", "</script>");
    let (style_hash, rest) = cut_out(&rest, "style-src 'sha256-", "'");
    let (script_hash, rest) = cut_out(&rest, "script-src 'sha256-", "'");
    let hash = |text: &str| base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(text));
    (rest, hash(&style) == style_hash && hash(&script) == script_hash)
}

#[test]
fn html_shows_what_was_judged() {
    let mut report = report();
    report.conclusion.out_of_date = vec![out_of_date()];
    let (page, hashes_are_right) = bare(&html::render(&report).expect("a page"));
    assert!(hashes_are_right, "a browser would run neither style nor script");
    assert_snapshot!(page);
}

/// The names of the elements of a page.
fn elements(page: &str) -> BTreeSet<String> {
    let names = page.split('<').skip(1).map(|rest| rest.trim_start_matches('/'));
    names.map(|rest| rest.chars().take_while(char::is_ascii_alphanumeric).collect()).collect()
}

#[test]
fn html_holds_what_a_server_sent_as_text_alone() {
    let hostile = report();
    let mut harmless = serde_json::to_string(&hostile).expect("JSON");
    let escaped = serde_json::to_string(HOSTILE).expect("JSON");
    harmless = harmless.replace(escaped.trim_matches('"'), "a name");
    let harmless: Report = serde_json::from_str(&harmless).expect("a report");
    let [hostile, harmless] = [hostile, harmless].map(|report| bare(&html::render(&report).expect("a page")).0);
    assert!(hostile.contains("&lt;script&gt;alert(1)&lt;&#x2f;script&gt;"), "{hostile}");
    assert!(!harmless.contains("alert(1)") && hostile.contains("{{ 7 * 7 }}"), "{harmless}");
    // Whatever the server sends, the page has the same elements, with the same number of each.
    assert_eq!(elements(&hostile), elements(&harmless));
    assert_eq!(hostile.matches('<').count(), harmless.matches('<').count());
    assert_eq!(hostile.matches('>').count(), harmless.matches('>').count());
    assert!(!hostile.contains(['\u{202e}', '\u{1b}']), "{hostile}");
}

#[test]
fn html_loads_nothing() {
    let page = html::render(&report()).expect("a page");
    let (_, rest) = cut_out(&page, "<script>", "</script>");
    for loading in ["@import", "url(", "<link", "<iframe", "<object", "src=\""] {
        assert!(!rest.contains(loading), "{loading}");
    }
    let links = rest.split("href=\"").skip(1);
    assert!(links.clone().count() > 10 && links.into_iter().all(|link| link.starts_with('#')));
}

#[test]
fn html_of_a_run_that_came_to_nothing_says_why() {
    let reason = format!("failed to reach it: {HOSTILE}");
    let mut report = Report::of_error(Subject::Server, HOSTILE.into(), "2026".into(), reason);
    report.conclusion.exit_status = 3;
    let (page, _) = bare(&html::render(&report).expect("a page"));
    assert!(page.contains("<span class=\"word open\">OPEN</span> failed to reach it"), "{page}");
    assert!(!page.contains("<script>alert") && !page.contains("<form"), "{page}");
}

#[test]
fn markdown_is_a_summary() {
    let mut report = report();
    report.conclusion.out_of_date = vec![out_of_date()];
    assert_snapshot!(markdown::render(&report));
    report.conclusion.strict = true;
    let strict = markdown::render(&report);
    assert!(strict.contains("### Failures (2)") && strict.contains("**url-absolute** (should, answer)"), "{strict}");
    assert!(!strict.contains("**Warnings"), "{strict}");
}

#[test]
fn what_follows_stands_after_what_it_follows_from() {
    let mut report = report();
    report.requirements[0].follows = Some("size-limit".into());
    report.requirements[0].help = Some("Send it as <it> came.".into());
    let report = concluded(report, &[]);
    let order = |text: &str| (text.find("size-limit"), text.find("name-echoed"));
    let (markdown, github) = (markdown::render(&report), github::render(&report));
    for text in [&markdown, &github] {
        let (base, follower) = order(text);
        assert!(base.is_some() && base < follower, "{text}");
    }
    assert!(markdown.contains("1 must fails, and 1 more that follow"), "{markdown}");
    assert!(markdown.contains(". Send it as &lt;it&gt; came.\n"), "{markdown}");
    assert!(github.contains("%0Ahelp: Send it as <it> came.%0Afollows from: size-limit%0A"), "{github}");
}

#[test]
fn markdown_has_sixty_lines_at_most() {
    let mut report = report();
    let verdicts = [Verdict::Fail, Verdict::Warn, Verdict::Inconclusive, Verdict::Error, Verdict::Fail];
    for (at, (area, verdict)) in Area::ALL.into_iter().cycle().zip(verdicts.into_iter().cycle()).take(400).enumerate() {
        let mut one = requirement(&format!("id-{at}"), area, Level::Must, verdict);
        one.statement = "a line\n".repeat(100);
        report.requirements.push(one);
    }
    report.also_judged = vec![report.also_judged[0].clone(); 9];
    report.conclusion.out_of_date = vec![out_of_date(); 30];
    let report = concluded(report, &["id-0", "size-limit"]);
    let text = markdown::render(&report);
    assert!(text.lines().count() <= 60, "{} lines:\n{text}", text.lines().count());
    assert!(text.contains("### Failures (160)") && text.contains("and 141 more"), "{text}");
    assert!(text.lines().all(|line| line.len() < 1000), "{text}");
}

#[test]
fn github_gets_an_annotation_for_what_is_wrong() {
    let mut report = report();
    report.conclusion.out_of_date = vec![out_of_date()];
    let text = github::render(&report);
    assert_snapshot!(text);
    assert!(text.lines().all(|line| line.starts_with("::error title=") || line.starts_with("::warning title=")));
    report.conclusion.strict = true;
    assert!(!github::render(&report).contains("::warning"), "a broken should fails a strict run");
}

#[test]
fn github_gets_an_error_where_the_exit_status_is_one_and_nowhere_else() {
    let mut report = report();
    report.requirements.retain(|requirement| requirement.verdict == Verdict::Pass);
    let green = concluded(report.clone(), &[]);
    assert_eq!((green.conclusion.exit_status, github::render(&green)), (0, String::new()));
    report.requirements.clear();
    report.readings.clear();
    let nothing = concluded(report, &[]);
    assert_eq!(github::render(&nothing), "::error title=mixinspec%3A OPEN::nothing was judged\n");
    let reason = "failed to reach it".to_owned();
    let mut error = Report::of_error(Subject::Server, "URL".into(), "2026".into(), reason);
    error.conclusion.exit_status = 2;
    assert_eq!(github::render(&error), "::error title=mixinspec%3A ERROR::failed to reach it\n");
}

#[test]
fn a_badge_tells_the_verdict() {
    let failing = report();
    assert_snapshot!("badge_svg", badge::svg(&failing).expect("a badge"));
    let mut states = vec![failing.clone()];
    let mut with = |change: fn(&mut Report), known: &[&str]| {
        let mut report = failing.clone();
        change(&mut report);
        states.push(concluded(report, known));
    };
    with(|report| report.requirements.retain(|one| one.verdict == Verdict::Pass), &[]);
    with(|report| report.requirements.truncate(2), &["name-echoed"]);
    with(|report| report.requirements.retain(|one| one.verdict == Verdict::Inconclusive), &[]);
    with(|report| report.requirements.retain(|one| one.verdict == Verdict::Error), &[]);
    with(
        |report| {
            report.requirements.retain(|one| one.verdict == Verdict::Pass);
            report.filtered = true;
        },
        &[],
    );
    with(|report| (report.conclusion.end, report.requirements) = (End::Error, Vec::new()), &[]);
    let badges: Vec<String> = states.iter().map(badge::endpoint).collect();
    assert_snapshot!("badge_endpoint", badges.concat());
}

#[test]
fn a_badge_holds_text_alone() {
    let mut report = report();
    report.edition = "<script>\"&".into();
    let svg = badge::svg(&report).expect("a badge");
    assert!(svg.contains("&lt;script&gt;&quot;&amp;: 1 must fails") && !svg.contains("<script>"), "{svg}");
}

#[test]
fn every_format_has_a_name_of_its_own_and_stands_in_the_docs() {
    let names: BTreeSet<&str> = FORMATS.iter().map(|format| format.name).collect();
    assert_eq!(names.len(), FORMATS.len());
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reports.md")).expect("a page");
    for format in FORMATS {
        assert!(page.contains(&format!("`{}`", format.name)), "docs/reports.md does not name {}", format.name);
        assert!(!format.render(&report()).expect("a report").is_empty());
        assert_eq!(ReportFormat::named(format.name), Some(&format));
    }
    assert_eq!(ReportFormat::named("xml"), None);
}
