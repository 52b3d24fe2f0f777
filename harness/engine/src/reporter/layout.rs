//! Lays out text for people: colours, wrapping, labelled fields. No text from a subject reaches a terminal as a control
//! character.

use std::fmt::Display;

use anstyle::{AnsiColor, Style as Paint};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::text::visible::visible;

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Failures and the last line.
    Quiet,
    /// The default.
    Usual,
    /// Everything: what is not applicable, all failures in full, whole bodies.
    Verbose,
}

/// How text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether there are colours.
    pub colors: bool,
    /// How wide lines may be, in columns.
    pub width: usize,
    /// How much is shown.
    pub detail: Detail,
    /// Whether a failure that follows from another is shown in full as well.
    pub all: bool,
}

impl Style {
    pub(crate) fn is_verbose(self) -> bool {
        self.detail == Detail::Verbose
    }
}

/// The role of a piece of text, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextRole {
    /// A heading.
    Heading,
    /// An id.
    Id,
    /// Less important text.
    Dim,
    /// Good.
    Good,
    /// Bad.
    Bad,
    /// Doubtful.
    Doubtful,
    /// Neither.
    Plain,
}

impl TextRole {
    fn paint(self) -> Paint {
        match self {
            Self::Heading | Self::Id => Paint::new().bold(),
            Self::Dim => Paint::new().dimmed(),
            Self::Good => AnsiColor::Green.on_default().bold(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Doubtful => AnsiColor::Yellow.on_default().bold(),
            Self::Plain => Paint::new(),
        }
    }
}

/// Where a field's text begins, in columns.
const FIELD: usize = 12;

/// Text that is being laid out.
#[derive(Debug)]
pub(crate) struct TextPage {
    style: Style,
    text: String,
}

impl TextPage {
    pub(crate) fn new(style: Style) -> Self {
        Self { style, text: String::new() }
    }

    pub(crate) fn style(&self) -> Style {
        self.style
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }

    /// Text in the colour of its role.
    pub(crate) fn paint(&self, role: TextRole, text: &str) -> String {
        let paint = role.paint();
        if self.style.colors && role != TextRole::Plain { format!("{paint}{text}{paint:#}") } else { text.to_owned() }
    }

    /// An empty line, unless there is one or nothing above.
    pub(crate) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A line as it is.
    pub(crate) fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    /// A heading.
    pub(crate) fn heading(&mut self, text: &str) {
        self.gap();
        self.line(&self.paint(TextRole::Heading, text));
    }

    /// Wrapped text, every line indented.
    pub(crate) fn paragraph(&mut self, indent: usize, role: TextRole, text: &str) {
        for line in wrap(&visible(text), self.style.width.saturating_sub(indent)) {
            self.line(&format!("{:indent$}{}", "", self.paint(role, &line)));
        }
    }

    /// Adds wrapped text beside a label.
    pub(crate) fn field(&mut self, label: &str, role: TextRole, text: &str) {
        let lines = wrap(&visible(text), self.style.width.saturating_sub(FIELD));
        self.lines(label, role, &lines);
    }

    /// Adds lines beside a label, without wrapping: a user who copies them needs them whole.
    pub(crate) fn verbatim(&mut self, label: &str, lines: &[String]) {
        self.lines(label, TextRole::Plain, lines);
    }

    fn lines(&mut self, label: &str, role: TextRole, lines: &[String]) {
        for (at, line) in lines.iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            let label = self.paint(TextRole::Dim, &format!("  {label:<width$}", width = FIELD - 2));
            self.line(&format!("{label}{}", self.paint(role, line)));
        }
    }
}

/// Breaks text into lines of at most `width` columns, at spaces where possible. A word that is longer than a line
/// starts on the current line; indentation stays.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(20);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let body = paragraph.trim_start_matches(' ');
        let mut line = " ".repeat((paragraph.len() - body.len()).min(width / 2));
        let mut columns = line.len();
        for (at, word) in body.split(' ').enumerate() {
            let needed = word.width() + usize::from(at > 0);
            if at > 0 && columns + needed > width && needed <= width {
                lines.push(std::mem::take(&mut line));
                columns = 0;
            } else if at > 0 {
                line.push(' ');
                columns += 1;
            }
            for character in word.chars() {
                let wide = character.width().unwrap_or(0);
                if columns + wide > width {
                    lines.push(std::mem::take(&mut line));
                    columns = 0;
                }
                line.push(character);
                columns += wide;
            }
        }
        lines.push(line);
    }
    lines
}

/// A number with its noun.
pub(crate) fn count<N: Display + PartialEq + From<u8>>(number: N, one: &str, many: &str) -> String {
    if number == N::from(1) { format!("1 {one}") } else { format!("{number} {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_at_spaces_else_anywhere() {
        let text = "twelve words of text that are longer than a line of twenty columns";
        assert!(wrap(text, 20).iter().all(|line| line.width() <= 20 && !line.starts_with(' ')));
        assert_eq!(wrap(text, 20).join(" "), text);
        assert_eq!(wrap(&"x".repeat(45), 20).iter().map(String::len).collect::<Vec<_>>(), [20, 20, 5]);
        assert_eq!(wrap(&"漢".repeat(11), 20), ["漢".repeat(10), "漢".into()]);
        assert_eq!(wrap("a\n\nb", 20), ["a", "", "b"]);
        assert_eq!(wrap("  at x\nis 0123456789012345678901", 20), ["  at x", "is 01234567890123456", "78901"]);
    }

    #[test]
    fn a_terminal_obeys_nothing_that_a_subject_sent() {
        assert_eq!(visible("\x1b[2J\u{202e}é\n\u{9b}31m"), "\\u{1b}[2J\\u{202e}é\n\\u{9b}31m");
    }

    #[test]
    fn without_colours_there_are_no_escapes() {
        let mut page = TextPage::new(Style { colors: false, width: 80, detail: Detail::Usual, all: false });
        page.heading("heading");
        page.field("label", TextRole::Bad, "text");
        assert_eq!(page.finish(), "heading\n  label     text\n");
    }
}
