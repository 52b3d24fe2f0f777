//! Shows the progress of a run: a bar on a terminal, a few plain lines elsewhere, and exchanges with `-v`.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use mixinspec_engine::reporter::terminal::{Beginning, header};
use mixinspec_engine::reporter::{Detail, Style};
use mixinspec_engine::{Event, ExchangeRecord, Listener, visible};

use crate::terminal::Terminal;

/// The minimum time between two plain lines.
const PAUSE: Duration = Duration::from_secs(2);

/// The minimum share of the cases between two plain lines, in percent. After `SLOW`, a line is shown anyway.
const STEP: u64 = 10;
const SLOW: Duration = Duration::from_secs(30);

/// Shows how a run goes, on standard error.
#[derive(Debug)]
pub(crate) struct Progress {
    terminal: Terminal,
    style: Style,
    subject: String,
    auto: bool,
    seed: u64,
    run_id: String,
    state: Mutex<ProgressState>,
}

#[derive(Debug)]
struct ProgressState {
    bar: Option<ProgressBar>,
    cases: u64,
    done: u64,
    failing: usize,
    told: (u64, Instant),
}

impl Progress {
    pub(crate) fn new(terminal: Terminal, subject: String, auto: bool, seed: u64, run_id: String) -> Self {
        let style = Style { colors: terminal.colors_errors(), ..terminal.style() };
        let state = ProgressState { bar: None, cases: 0, done: 0, failing: 0, told: (0, Instant::now()) };
        Self { terminal, style, subject, auto, seed, run_id, state: Mutex::new(state) }
    }

    /// Shows a text above the bar.
    pub(crate) fn note(&self, text: &str) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.write(&state, text);
    }

    fn write(&self, state: &ProgressState, text: &str) {
        match &state.bar {
            Some(bar) => bar.suspend(|| self.terminal.note(text)),
            None => self.terminal.note(text),
        }
    }

    fn begin(&self, state: &mut ProgressState, beginning: &Beginning<'_>) {
        (state.cases, state.done, state.failing) = (beginning.cases, 0, 0);
        state.told = (0, Instant::now());
        if self.style.detail == Detail::Quiet {
            return;
        }
        self.terminal.note(&header(beginning, self.style));
        if self.terminal.shows_progress() {
            let bar = ProgressBar::with_draw_target(Some(beginning.cases), ProgressDrawTarget::stderr_with_hz(10));
            let template = if self.style.colors {
                "{bar:30.green} {pos}/{len} cases, {elapsed}{msg:.red}"
            } else {
                "{bar:30} {pos}/{len} cases, {elapsed}{msg}"
            };
            // The template is constant and valid; the fallback is the usual bar.
            let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
            bar.set_style(style.progress_chars("━╸ "));
            state.bar = Some(bar);
        }
    }

    fn step(&self, state: &mut ProgressState, failing: usize) {
        state.done += 1;
        let more = failing > state.failing;
        state.failing = failing;
        let fail = match failing {
            0 => String::new(),
            1 => ", 1 must fails".to_owned(),
            failing => format!(", {failing} musts fail"),
        };
        if let Some(bar) = &state.bar {
            bar.set_position(state.done);
            if more {
                bar.set_message(fail);
            }
            return;
        }
        let percent = state.done * 100 / state.cases.max(1);
        let (told, when) = state.told;
        let due = when.elapsed() >= PAUSE && percent >= told + STEP || when.elapsed() >= SLOW;
        if due && self.style.detail > Detail::Quiet && state.done < state.cases {
            state.told = (percent - percent % STEP, Instant::now());
            let line = format!("{percent:>3} %  {} of {} cases{fail}\n", state.done, state.cases);
            self.terminal.note(&line);
        }
    }
}

impl Listener for Progress {
    fn event(&self, event: &Event<'_>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Started { edition, checks, cases, things, thing } => {
                let beginning = Beginning {
                    version: env!("CARGO_PKG_VERSION"),
                    subject: &self.subject,
                    edition,
                    auto: self.auto,
                    seed: self.seed,
                    run_id: &self.run_id,
                    checks: *checks,
                    cases: *cases,
                    things: *things,
                    thing,
                };
                self.begin(&mut state, &beginning);
            }
            Event::CaseDone { failing, .. } => self.step(&mut state, *failing),
            Event::Exchange { case, record } => self.write(&state, &exchange(case, record)),
            Event::Replaying => {
                if let Some(bar) = &state.bar {
                    bar.set_message(", trying again what failed");
                }
            }
            Event::Shrinking { id } => {
                if let Some(bar) = &state.bar {
                    bar.set_message(format!(", making the request smaller that breaks {id}"));
                }
            }
            Event::Finished { .. } => {
                if let Some(bar) = state.bar.take() {
                    bar.finish_and_clear();
                }
                if self.style.detail > Detail::Quiet {
                    self.terminal.note("\n");
                }
            }
            _ => {}
        }
    }

    fn wants_exchanges(&self) -> bool {
        self.style.detail == Detail::Verbose
    }
}

/// An exchange in a few lines, as curl shows it.
fn exchange(case: &str, record: &ExchangeRecord) -> String {
    let answer = match (&record.transport_error, record.status) {
        (Some(error), _) => error.clone(),
        (None, status) => format!("HTTP {} {}", status.unwrap_or(0), record.outcome),
    };
    format!(
        "* {case}\n> {} {} {}\n< {} {}\n",
        record.method,
        record.url,
        visible(&record.request_body),
        visible(&answer),
        visible(&record.response_body)
    )
}
