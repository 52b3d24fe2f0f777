//! Prints results to standard output and everything else to standard error, with colours if they are wanted.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, OnceLock};

use miette::{GraphicalReportHandler, GraphicalTheme, ThemeCharacters, ThemeStyles};
use mixinspec_engine::reporter::{Detail, Style};
use textwrap::{WordSeparator, WordSplitter};

use crate::options::{Color, Global};
use crate::panics;
use crate::problem::{CommandProblem, Failed};

/// The maximum width of lines, even on a wider terminal: longer ones are hard to read.
const WIDEST: usize = 120;

/// The width of lines without a terminal.
const WITHOUT_TERMINAL: usize = 100;

/// Standard output and standard error.
#[derive(Debug, Clone)]
pub(crate) struct Terminal {
    color: Color,
    /// Whether only failures and problems are shown.
    pub(crate) quiet: bool,
    /// Whether more than usual is shown.
    verbose: bool,
    /// Whether failures that follow from others are shown, too.
    all: bool,
    /// Why writing to standard output failed; empty if it did not.
    lost: Arc<OnceLock<String>>,
}

impl Terminal {
    pub(crate) fn new(global: &Global) -> Self {
        Self {
            color: global.color,
            quiet: global.quiet,
            verbose: global.verbose,
            all: global.all,
            lost: Arc::default(),
        }
    }

    /// Whether text on standard output is coloured.
    fn colors_output(&self) -> bool {
        self.colors(io::stdout().is_terminal())
    }

    /// Whether text on standard error is coloured.
    pub(crate) fn colors_errors(&self) -> bool {
        self.colors(io::stderr().is_terminal())
    }

    fn colors(&self, is_terminal: bool) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_terminal && !is_set("NO_COLOR") && std::env::var("TERM").as_deref() != Ok("dumb"),
        }
    }

    /// The maximum width of lines.
    fn width(&self) -> usize {
        let size =
            terminal_size::terminal_size_of(io::stdout()).or_else(|| terminal_size::terminal_size_of(io::stderr()));
        size.map_or(WITHOUT_TERMINAL, |(width, _)| usize::from(width.0).clamp(40, WIDEST))
    }

    /// Whether a bar can be drawn on standard error.
    pub(crate) fn shows_progress(&self) -> bool {
        io::stderr().is_terminal() && !is_set("CI")
    }

    /// The style of text on standard output.
    pub(crate) fn style(&self) -> Style {
        let detail = match (self.quiet, self.verbose) {
            (true, _) => Detail::Quiet,
            (_, true) => Detail::Verbose,
            _ => Detail::Usual,
        };
        Style { colors: self.colors_output(), width: self.width(), detail, all: self.all }
    }

    /// Prints a result.
    pub(crate) fn print(&self, text: &str) {
        if let Some(reason) = write(&mut io::stdout().lock(), text).err().and_then(|error| loss(&error)) {
            // Keep the first reason.
            let _ = self.lost.set(reason);
        }
    }

    /// Why a part of the result was lost, if it was.
    pub(crate) fn lost(&self) -> Option<String> {
        self.lost.get().cloned()
    }

    /// Prints a text that is not part of the result.
    pub(crate) fn note(&self, text: &str) {
        // If this fails, there is no way left to report it.
        let _ = write(&mut io::stderr().lock(), text);
    }

    /// Shows a problem.
    pub(crate) fn problem(&self, problem: &CommandProblem) {
        let styles = if self.colors_errors() { ThemeStyles::ansi() } else { ThemeStyles::none() };
        let theme = GraphicalTheme { characters: ThemeCharacters::unicode(), styles };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(self.width()).with_links(false);
        // Do not break ids at hyphens, or URLs at slashes: users copy them.
        let handler = handler.with_word_splitter(WordSplitter::NoHyphenation);
        let handler = handler.with_word_separator(WordSeparator::AsciiSpace);
        let mut text = String::new();
        // Writing to a string does not fail; if it did, the plain message would be better than nothing.
        if handler.render_report(&mut text, &Failed(problem)).is_err() {
            text = format!("failed to {problem}\n");
        }
        self.note(&panics::redacted(text.trim_start_matches('\n')));
    }
}

fn write(to: &mut impl Write, text: &str) -> io::Result<()> {
    to.write_all(text.as_bytes()).and_then(|()| to.flush())
}

/// Why a result is lost; `None` if the reader has closed the pipe (`mixinspec … | head`), which is not an error.
pub(crate) fn loss(error: &io::Error) -> Option<String> {
    (error.kind() != io::ErrorKind::BrokenPipe).then(|| error.to_string())
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}
