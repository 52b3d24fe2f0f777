//! One broken requirement as text for people: its statement and sources, the smallest request that breaks it, the
//! answer, and the command that replays it.

use mixinspec_spec::model::Level;

use super::answer;
use super::layout::{TextPage, TextRole, count};
use super::spread;
use unicode_width::UnicodeWidthStr;

use crate::findings::record::{ExchangeRecord, Failure};
use crate::findings::verdict::Verdict;
use crate::http::outcome::Outcome;
use crate::identity::case_id::CaseId;
use crate::report::item::Item;
use crate::text::visible::{cut, visible};

/// How many exchanges of one failure are shown.
const EXCHANGES: usize = 3;

/// How many characters of a request's body are shown; the JSON report has all of it.
const BODY: usize = 1500;

/// The first advice if no answer came, whatever the request was.
const UNANSWERED: &str = "No answer came: look in the server's log first, and at what stands before the server.";

/// The first advice if the server reported an error of its own.
const FAILED: &str = "The server failed: look in its log first.";

/// The first advice if the server refused a request that it has to accept and gave a reason.
const REFUSED: &str = "The error in the answer says what the server refused: start there.";

/// The views of a broken requirement, from full to one line.
impl Item<'_> {
    /// Everything: sources, calls, exchanges, help and replay.
    pub(crate) fn in_full(&self, page: &mut TextPage, followers: &[&str], replay: &str) {
        self.title(page, TextRole::Bad, "FAIL");
        page.gap();
        for source in self.source {
            page.field("source", TextRole::Plain, &format!("{}: “{}”", source.document, source.quote));
        }
        if !self.breaks.is_empty() {
            page.field("breaks", TextRole::Plain, &self.breaks.join(", "));
        }
        let Some(failure) = self.failures.first() else { return };
        self.failing_cases(page, failure);
        calls(page, failure);
        exchanges(page, failure);
        page.field("expected", TextRole::Good, &failure.expected);
        page.field("actual", TextRole::Bad, &failure.actual);
        self.ending(page, followers, replay, failure);
    }

    /// One line: the actual result, then the expected one.
    pub(crate) fn in_a_line(&self, page: &mut TextPage, followers: usize) {
        let more = match followers {
            0 => String::new(),
            _ => format!(" ({})", count(followers, "more follows", "more follow")),
        };
        let room = page.style().width.saturating_sub("FAIL    ".len() + self.id.len() + more.len());
        let told = match self.failures.first() {
            Some(failure) => both(&on_one_line(&failure.actual), &on_one_line(&failure.expected), room),
            None => within(&on_one_line(self.statement), room),
        };
        let line = format!("{told}{}", page.paint(TextRole::Dim, &more));
        let (role, word) =
            if self.verdict == Verdict::Warn { (TextRole::Doubtful, "WARN") } else { (TextRole::Bad, "FAIL") };
        page.line(&format!("{}  {}  {line}", page.paint(role, word), page.paint(TextRole::Id, self.id)));
    }

    /// The help, the failures that follow from this one, and the replay command.
    fn ending(&self, page: &mut TextPage, followers: &[&str], replay: &str, failure: &Failure) {
        let first = first_of_all(failure);
        let place = spread::place(self.spread).filter(|_| first == Some(FAILED));
        let help: Vec<&str> = first.into_iter().chain(place.as_deref()).chain(self.help).collect();
        if !help.is_empty() {
            page.field("help", TextRole::Plain, &help.join(" "));
        }
        if !followers.is_empty() {
            let text = format!(
                "{} from this (--all): {}",
                count(followers.len(), "more follows", "more follow"),
                followers.join(", ")
            );
            page.field("", TextRole::Plain, &text);
        }
        if let Some(command) = replayed(replay, &failure.case, self.flaky.is_some()) {
            page.verbatim("replay", &[command]);
        }
    }

    /// A few lines: what is expected, the actual result, help and replay.
    pub(crate) fn in_short(&self, page: &mut TextPage, role: TextRole, word: &str, followers: &[&str], replay: &str) {
        self.title(page, role, word);
        let Some(failure) = self.failures.first() else { return };
        if !self.breaks.is_empty() {
            page.field("breaks", TextRole::Plain, &self.breaks.join(", "));
        }
        page.field("expected", TextRole::Plain, &failure.expected);
        page.field("actual", TextRole::Plain, &failure.actual);
        self.ending(page, followers, replay, failure);
    }

    fn title(&self, page: &mut TextPage, role: TextRole, word: &str) {
        page.gap();
        let title = format!(
            "{}  {}  {}",
            page.paint(role, word),
            page.paint(TextRole::Id, self.id),
            page.paint(TextRole::Dim, &self.kind())
        );
        page.line(&title);
        page.paragraph(2, TextRole::Plain, self.statement);
        if let Some(rate) = self.flaky {
            let text = format!("flaky: the same case failed in {rate} tries, each with fresh ids");
            page.paragraph(2, TextRole::Doubtful, &text);
        }
    }

    /// The case that is shown, and the other failing cases.
    fn failing_cases(&self, page: &mut TextPage, failure: &Failure) {
        let mut text = failure.case.to_string();
        if failure.what != self.statement && !failure.what.is_empty() {
            text.push_str(&format!(": {}", failure.what));
        }
        if let Some(steps) = failure.shrunk {
            let steps = count(usize::try_from(steps).unwrap_or(usize::MAX), "step", "steps");
            text.push_str(&format!(", made smaller in {steps}"));
        }
        page.field("case", TextRole::Plain, &text);
        let others: Vec<&str> = self.cases.iter().filter(|case| **case != failure.case).map(CaseId::as_str).collect();
        let named = if page.style().is_verbose() { others.len() } else { 4 };
        let mut also = others.iter().take(named).copied().collect::<Vec<_>>().join(", ");
        match (others.len().saturating_sub(named), self.more_cases) {
            (0, false) => {}
            (0, true) => also.push_str(" and more"),
            (more, false) => also.push_str(&format!(" and {more} more")),
            (more, true) => also.push_str(&format!(" and more than {more} more")),
        }
        if !also.is_empty() {
            page.field("also in", TextRole::Plain, &also);
        }
        match spread::in_words(self.spread) {
            Some(told) => page.field("broken in", TextRole::Plain, &told),
            None if self.held > 0 => {
                let held = usize::try_from(self.held).unwrap_or(usize::MAX);
                page.field("holds in", TextRole::Plain, &count(held, "other answer or case", "other answers or cases"));
            }
            None => {}
        }
    }
}

/// What to look at first, by the outcome of the last request.
fn first_of_all(failure: &Failure) -> Option<&'static str> {
    let last = failure.exchanges.last()?;
    if last.transport_error.is_some() {
        return Some(UNANSWERED);
    }
    let is = |outcome: Outcome| last.outcome == outcome.name();
    if is(Outcome::ServerError) {
        return Some(FAILED);
    }
    (is(Outcome::Refused(None)) && failure.expected == Outcome::Accepted.name()).then_some(REFUSED)
}

/// The actual result and the expected one; where space is short, they share it.
fn both(actual: &str, expected: &str, room: usize) -> String {
    const BETWEEN: &str = "; expected: ";
    // In `a is 1; expected: a is 2`, name `a` only once.
    let subject = actual.split_once(" is ").map(|(subject, _)| subject);
    let same = subject.and_then(|subject| expected.strip_prefix(subject)?.strip_prefix(" is "));
    let expected = same.unwrap_or(expected);
    let room = room.saturating_sub(BETWEEN.len());
    let for_actual = (room * 2 / 3).max(room.saturating_sub(expected.width()));
    let actual = within(actual, for_actual);
    let expected = within(expected, room.saturating_sub(actual.width()));
    format!("{actual}{BETWEEN}{expected}")
}

fn on_one_line(text: &str) -> String {
    visible(text).replace('\n', " ")
}

/// Text cut to a width, between words if possible.
fn within(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let short = cut(text, width.saturating_sub(2)).into_owned();
    match short.rsplit_once(' ') {
        // Rather cut a string value than leave it out.
        Some((words, rest)) if words.width() > width / 2 && !rest.starts_with('"') => format!("{words} …"),
        _ => short,
    }
}

/// A level as a word.
pub(crate) fn level(level: Level) -> &'static str {
    match level {
        Level::Must => "must",
        Level::Should => "should",
        Level::May => "may",
    }
}

/// The command that replays one case; a flaky case is repeated until it fails. `None` if there is no command for the
/// subject.
pub(crate) fn replayed(replay: &str, case: &CaseId, flaky: bool) -> Option<String> {
    let until = if flaky { format!(" --repeat {REPEATS}") } else { String::new() };
    match replay.split_once(" -- ") {
        _ if replay.is_empty() => None,
        Some((options, command)) => Some(format!("{options} --replay {case}{until} -- {command}")),
        None => Some(format!("{replay} --replay {case}{until}")),
    }
}

/// How often a flaky case is repeated until it fails.
const REPEATS: u32 = 200;

/// The calls of an adapter and its answers, complete enough to be replayed.
fn calls(page: &mut TextPage, failure: &Failure) {
    let verbose = page.style().is_verbose();
    let shown =
        |line: &str| visible(&if verbose { line.to_owned() } else { cut(line, BODY).into_owned() }).into_owned();
    for call in &failure.calls {
        page.verbatim("call", &[shown(&call.request)]);
        if let Some(answer) = &call.answer {
            page.verbatim("answer", &[shown(answer)]);
        }
    }
}

fn exchanges(page: &mut TextPage, failure: &Failure) {
    let total = failure.exchanges.len();
    // The last exchange is the telling one.
    let skipped = if page.style().is_verbose() { 0 } else { total.saturating_sub(EXCHANGES) };
    if skipped > 0 {
        page.field("", TextRole::Dim, &format!("({} before; -v shows all)", count(skipped, "exchange", "exchanges")));
    }
    for (at, exchange) in failure.exchanges.iter().enumerate().skip(skipped) {
        let number = if total > 1 { format!(" {}", at + 1) } else { String::new() };
        page.verbatim(&format!("request{number}"), &request(exchange, page.style().is_verbose()));
        let width = page.style().width.saturating_sub(12);
        let lines = answer::lines(exchange, failure, at + 1 == total, page.style(), width);
        page.verbatim(&format!("answer{number}"), &lines);
    }
}

/// A request as a `curl` command over several lines, which a shell takes as they are.
fn request(exchange: &ExchangeRecord, verbose: bool) -> Vec<String> {
    let long = !verbose && exchange.request_body.chars().count() > BODY;
    let words = if long {
        let body: String = exchange.request_body.chars().take(BODY / 4).collect();
        let mut words = exchange.curl_words(Some("body.json"));
        let body = visible(&body);
        words.push(if exchange.request_body_is_exact {
            format!("# {} bytes, whole with -v: {body}…", exchange.request_body.len())
        } else {
            format!("# it begins with {body}…")
        });
        words
    } else {
        exchange.curl_words(None)
    };
    let last = words.len().saturating_sub(1);
    words
        .into_iter()
        .enumerate()
        .map(|(at, word)| {
            let indent = if at == 0 { "" } else { "  " };
            let goes_on = if at < last { " \\" } else { "" };
            format!("{indent}{word}{goes_on}")
        })
        .collect()
}
