//! Where text goes: results to standard output, everything else to standard error, with colours where they are wanted.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, OnceLock};

use miette::{GraphicalReportHandler, GraphicalTheme, ThemeCharacters, ThemeStyles};
use mixinspec_engine::reporter::{Detail, Style};
use textwrap::{WordSeparator, WordSplitter};

use crate::options::{Color, Global};
use crate::panics;
use crate::problem::{CommandProblem, Failed};

/// Lines are at most so wide, also on a wider terminal: longer ones are hard to read.
const WIDEST: usize = 120;

/// How wide lines are where there is no terminal.
const WITHOUT_TERMINAL: usize = 100;

/// Standard output and standard error.
#[derive(Debug, Clone)]
pub(crate) struct Terminal {
    color: Color,
    /// Whether only failures and problems are shown.
    pub(crate) quiet: bool,
    /// How much more than usual is shown.
    verbose: bool,
    /// Whether what follows from other failures is shown, too.
    all: bool,
    /// Why standard output could not be written.
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

    /// How wide lines may be.
    fn width(&self) -> usize {
        let size =
            terminal_size::terminal_size_of(io::stdout()).or_else(|| terminal_size::terminal_size_of(io::stderr()));
        size.map_or(WITHOUT_TERMINAL, |(width, _)| usize::from(width.0).clamp(40, WIDEST))
    }

    /// Whether a bar can be drawn on standard error.
    pub(crate) fn shows_progress(&self) -> bool {
        io::stderr().is_terminal() && !is_set("CI")
    }

    /// How text on standard output is laid out.
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
            // The first reason is told.
            let _ = self.lost.set(reason);
        }
    }

    /// Why something of the result is lost, if it is.
    pub(crate) fn lost(&self) -> Option<String> {
        self.lost.get().cloned()
    }

    /// Prints something that is not the result.
    pub(crate) fn note(&self, text: &str) {
        // There is no other place to say that it cannot be written.
        let _ = write(&mut io::stderr().lock(), text);
    }

    /// Shows what is wrong.
    pub(crate) fn problem(&self, problem: &CommandProblem) {
        let styles = if self.colors_errors() { ThemeStyles::ansi() } else { ThemeStyles::none() };
        let theme = GraphicalTheme { characters: ThemeCharacters::unicode(), styles };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(self.width()).with_links(false);
        // Ids have hyphens, and URLs have slashes; both are copied.
        let handler = handler.with_word_splitter(WordSplitter::NoHyphenation);
        let handler = handler.with_word_separator(WordSeparator::AsciiSpace);
        let mut text = String::new();
        // Writing to a string does not fail; if it did, the plain message is better than nothing.
        if handler.render_report(&mut text, &Failed(problem)).is_err() {
            text = format!("failed to {problem}\n");
        }
        self.note(&panics::redacted(text.trim_start_matches('\n')));
    }
}

fn write(to: &mut impl Write, text: &str) -> io::Result<()> {
    to.write_all(text.as_bytes()).and_then(|()| to.flush())
}

/// Why a result is lost; that nobody reads any more (`mixinspec … | head`) is no reason to complain.
pub(crate) fn loss(error: &io::Error) -> Option<String> {
    (error.kind() != io::ErrorKind::BrokenPipe).then(|| error.to_string())
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}
