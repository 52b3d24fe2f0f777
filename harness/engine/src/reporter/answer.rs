//! Shows the part of an answer that a failure is about.
//!
//! A broken constraint has one place: it is marked, and shown among its neighbours. A broken rule reads several places:
//! these are shown, and `…` for the rest of the body. For any other failure the beginning of the answer is shown.

use super::layout::{Style, wrap};
use super::outline;
use crate::findings::record::{ExchangeRecord, Failure};
use crate::text::json;
use crate::text::visible::{cut, visible};

/// How many characters are shown of a body that is not valid JSON.
const SHOWN: usize = 600;

/// The status line and the relevant part of the body.
pub(super) fn lines(
    record: &ExchangeRecord,
    failure: &Failure,
    is_last: bool,
    style: Style,
    width: usize,
) -> Vec<String> {
    if let Some(error) = &record.transport_error {
        return wrap(&format!("none: {}", visible(error)), width);
    }
    let mut lines = head(record, style);
    let body = record.response_body.trim_end();
    if body.is_empty() {
        lines.push("(an empty body)".into());
        return lines;
    }
    // A syntax fault does not show in an outline, so the text is shown instead.
    let parsed = match json::read(record.response_body.as_bytes()) {
        (Some(json), faults) if faults.is_empty() && !style.is_verbose() => Some(json),
        _ => None,
    };
    match (parsed, failure.place.as_deref()) {
        (Some(json), Some(place)) if is_last => lines.extend(outline::around(&json, place, width)),
        (Some(json), _) => lines.extend(outline::of(&json, &failure.reads, width)),
        (None, _) => lines.extend(beginning(record, body, style, width)),
    }
    lines
}

fn beginning(record: &ExchangeRecord, body: &str, style: Style, width: usize) -> Vec<String> {
    let shown = cut(body, if style.is_verbose() { usize::MAX } else { SHOWN });
    let mut lines = wrap(&visible(&shown), width);
    if shown.len() < body.len() || record.response_body.len() < record.response_bytes {
        lines.push(format!("({} bytes in all)", record.response_bytes));
    }
    lines
}

fn head(record: &ExchangeRecord, style: Style) -> Vec<String> {
    let status = format!("HTTP {}", record.status.unwrap_or(0));
    let fields = &record.response_headers;
    let shown = |(name, value): &(String, String)| visible(&format!("{name}: {value}")).into_owned();
    if style.is_verbose() {
        return std::iter::once(status).chain(fields.iter().map(shown)).collect();
    }
    let named = |wanted: &str| fields.iter().find(|(name, _)| name == wanted);
    let kind = named("content-type").map_or_else(|| "without a content-type".to_owned(), shown);
    let encoding = named("content-encoding").filter(|(_, coding)| !coding.eq_ignore_ascii_case("identity"));
    let encoding = encoding.map(|field| format!(", {}, which was not asked for", shown(field))).unwrap_or_default();
    let leads_elsewhere = record.status.is_some_and(|status| (300..400).contains(&status));
    let location = named("location").filter(|_| leads_elsewhere).map(|field| format!(", {}", shown(field)));
    vec![format!("{status}, {kind}{encoding}{}", location.unwrap_or_default())]
}
