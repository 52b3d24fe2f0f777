//! The comparison of two reports as text for people: what broke comes first, the summary last.

use unicode_width::UnicodeWidthStr;

use super::layout::{Style, TextPage, TextRole, count};
use crate::findings::verdict::Verdict;
use crate::report::Report;
use crate::report::diff::{Diff, ItemChange};

/// Renders the differences between an earlier and a later report; `names` are shown for them.
#[must_use]
pub fn render(diff: &Diff, reports: [&Report; 2], names: [&str; 2], style: Style) -> String {
    let mut page = TextPage::new(style);
    let width = names.iter().map(|name| name.width()).max().unwrap_or(0);
    for (report, name) in reports.iter().zip(names) {
        let Report { subject, edition, mixinspec, .. } = report;
        let text = format!("{name:width$}  {subject}, edition {edition}, mixinspec {mixinspec}");
        page.paragraph(0, TextRole::Plain, &text);
    }
    notes(&mut page, reports);
    changes(&mut page, "Broke", TextRole::Bad, &diff.broke);
    changes(&mut page, "Mended", TextRole::Good, &diff.mended);
    changes(&mut page, "Changed otherwise", TextRole::Doubtful, &diff.changed);
    let [has_part_before, has_part_after] = reports.map(|report| report.filtered);
    // A run of a part of the plan cannot tell what is new or gone.
    if !has_part_before {
        changes(&mut page, "New", TextRole::Plain, &diff.new);
    }
    if !has_part_after {
        changes(&mut page, "Gone", TextRole::Plain, &diff.gone);
    }
    if !diff.shifted.is_empty() {
        page.heading(&format!("Another reading ({})", diff.shifted.len()));
        for shift in &diff.shifted {
            let text = format!("{}: {} → {}", shift.id, shift.before.join(", "), shift.after.join(", "));
            page.paragraph(2, TextRole::Plain, &text);
        }
    }
    page.gap();
    page.line(&format!("{} Exit status {}.", sum(diff, reports), diff.status().code()));
    page.finish()
}

/// Warnings that limit what the comparison can tell.
fn notes(page: &mut TextPage, reports: [&Report; 2]) {
    let [before, after] = reports;
    if before.edition != after.edition {
        page.paragraph(0, TextRole::Doubtful, "They are of different editions.");
    } else if before.spec_hash != after.spec_hash {
        page.paragraph(0, TextRole::Doubtful, "They were judged by different specs.");
    }
    for (which, report) in ["first", "second"].iter().zip(reports) {
        if report.filtered {
            let text = format!("The {which} one judged a part of the plan: what it lacks is not listed.");
            page.paragraph(0, TextRole::Doubtful, &text);
        }
    }
}

fn changes(page: &mut TextPage, title: &str, role: TextRole, changes: &[ItemChange]) {
    if changes.is_empty() {
        return;
    }
    page.heading(&format!("{title} ({})", changes.len()));
    let width = changes.iter().map(|change| change.id.width()).max().unwrap_or(0);
    for ItemChange { id, before, after, known, failure } in changes {
        let verdicts = match (before.map(Verdict::word), after.map(Verdict::word)) {
            (Some(before), Some(after)) => format!("{before} → {after}"),
            (only, None) | (None, only) => only.unwrap_or_default().to_owned(),
        };
        let id = page.paint(TextRole::Id, &format!("{id:width$}"));
        page.line(&format!("  {id}  {}", page.paint(role, &verdicts)));
        if let Some(reason) = known {
            page.paragraph(6, TextRole::Dim, &format!("accepted for now: {reason}"));
        }
        if let Some(failure) = failure {
            page.paragraph(6, TextRole::Dim, &format!("expected  {}", failure.expected));
            page.paragraph(6, TextRole::Dim, &format!("actual    {}", failure.actual));
        }
    }
}

fn sum(diff: &Diff, reports: [&Report; 2]) -> String {
    let accepted = diff.broke.iter().filter(|change| change.known.is_some()).count();
    let mut parts = Vec::new();
    match diff.broke.len() {
        0 => parts.push("Nothing broke".to_owned()),
        broke if accepted == 0 => parts.push(format!("{broke} broke")),
        broke if broke == accepted => parts.push(format!("{broke} broke, which is accepted for now")),
        broke => parts.push(format!("{broke} broke, of which {accepted} accepted for now")),
    }
    let [before, after] = reports;
    let new = if before.filtered { "not judged by the first" } else { "new" };
    let gone = if after.filtered { "not judged by the second" } else { "gone" };
    let rest = [
        (diff.mended.len(), "mended"),
        (diff.changed.len(), "changed otherwise"),
        (diff.new.len(), new),
        (diff.gone.len(), gone),
    ];
    let rest = rest.into_iter().filter(|(number, _)| *number > 0);
    parts.extend(rest.map(|(number, what)| format!("{number} {what}")));
    if !diff.shifted.is_empty() {
        parts.push(count(diff.shifted.len(), "other reading", "other readings"));
    }
    format!("{}.", parts.join("; "))
}
