//! The comparison of two SDKs as text for people.

use super::layout::{Style, TextPage, TextRole, count};
use crate::report::status::ExitStatus;
use crate::sdk::law::differential::Compared;
use crate::text::visible::visible;

/// Renders what two SDKs return for the same arguments; `names` are shown for them.
#[must_use]
pub fn render(compared: &[Compared], names: [&str; 2], style: Style) -> String {
    let mut page = TextPage::new(style);
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    for Compared { function, asked, different, smallest, undecided } in compared {
        page.gap();
        page.line(&page.paint(TextRole::Heading, function));
        if *asked == 0 {
            page.paragraph(2, TextRole::Dim, "not compared: one of the two does not declare it");
            continue;
        }
        let asked = count(number(*asked), "call", "calls");
        let verdict = match (different, smallest) {
            (0, _) | (_, None) => (TextRole::Good, format!("the same for {asked}")),
            (_, Some(one)) if !one.in_domain => {
                (TextRole::Doubtful, format!("different for {different} of {asked}, all outside of the domain"))
            }
            _ => (TextRole::Bad, format!("different for {different} of {asked}")),
        };
        page.paragraph(2, verdict.0, &verdict.1);
        if let Some(reason) = undecided {
            page.paragraph(2, TextRole::Doubtful, &format!("not all of them: {reason}"));
        }
        if let Some(one) = smallest {
            page.field("from", TextRole::Plain, &one.sample);
            page.verbatim("call", &[visible(&one.request).into_owned()]);
            page.field("first", TextRole::Plain, &format!("{} ({})", one.first, names[0]));
            page.field("second", TextRole::Plain, &format!("{} ({})", one.second, names[1]));
            page.field("spec", TextRole::Plain, &one.spec);
        }
    }
    page.gap();
    let status = ExitStatus::of_comparison(compared);
    let text = match status {
        ExitStatus::Success => "The two agree.",
        ExitStatus::Failed => "The two disagree.",
        _ => "Not everything could be compared.",
    };
    page.line(&format!("{text} Exit status {}.", status.code()));
    page.finish()
}
