//! The badge: the verdict in a few words, as SVG or as JSON for shields.io.

use serde_json::json;
use unicode_width::UnicodeWidthStr;

use super::layout::count;
use super::state::State;
use super::template;
use crate::report::status::ExitStatus;
use crate::report::{End, Report};

/// The text on the left.
const LABEL: &str = "mixinspec";

const PICTURE: &str = include_str!("badge.svg");

/// The width of one character, and the padding of a text, in pixels.
const COLUMN: usize = 7;
const SPACE: usize = 12;

/// The text and the colour of a badge.
struct Badge {
    message: String,
    color: BadgeColor,
}

enum BadgeColor {
    Good,
    Accepted,
    Doubtful,
    Bad,
    Error,
}

impl BadgeColor {
    /// Dark enough to read white text on.
    fn hex(&self) -> &'static str {
        match self {
            Self::Good => "#2e7d32",
            Self::Accepted => "#5d7100",
            Self::Doubtful => "#8a5a00",
            Self::Bad => "#b3261e",
            Self::Error => "#5f6368",
        }
    }

    /// The name that shields.io has for it.
    fn shields(&self) -> &'static str {
        match self {
            Self::Good => "brightgreen",
            Self::Accepted => "yellowgreen",
            Self::Doubtful => "yellow",
            Self::Bad => "red",
            Self::Error => "lightgrey",
        }
    }
}

impl Badge {
    fn of(report: &Report) -> Self {
        let number = |state: State| report.items().filter(|one| one.state() == state).count();
        let (fails, known, edition) = (number(State::Fail), number(State::Known), &report.edition);
        let told = |message: &str, color: BadgeColor| Self { message: message.to_owned(), color };
        match ExitStatus::of_code(report.conclusion.exit_status) {
            ExitStatus::Success if report.filtered => told(&format!("a part of {edition} holds"), BadgeColor::Accepted),
            ExitStatus::Success if known > 0 => {
                let known = count(known, "known failure", "known failures");
                told(&format!("{edition}, {known}"), BadgeColor::Accepted)
            }
            ExitStatus::Success => told(&format!("conforms to {edition}"), BadgeColor::Good),
            ExitStatus::Failed if fails > 0 => {
                told(&format!("{edition}: {}", count(fails, "must fails", "musts fail")), BadgeColor::Bad)
            }
            ExitStatus::Failed => told(&format!("{edition}: fails"), BadgeColor::Bad),
            ExitStatus::Inconclusive if report.conclusion.end == End::Error => told("not judged", BadgeColor::Error),
            ExitStatus::Inconclusive => told(&format!("{edition}: not decided"), BadgeColor::Doubtful),
            ExitStatus::Error | ExitStatus::Usage => told("error", BadgeColor::Error),
        }
    }
}

/// The badge as SVG.
///
/// # Errors
/// When it cannot be made, which would be a mistake of ours.
pub fn svg(report: &Report) -> Result<String, minijinja::Error> {
    let Badge { message, color } = Badge::of(report);
    let wide = |text: &str| text.width() * COLUMN;
    let (left, right) = (wide(LABEL) + SPACE, wide(&message) + SPACE);
    let values = json!({
        "label": LABEL, "message": message, "color": color.hex(), "left": left, "width": left + right,
        "label_at": left / 2, "label_width": wide(LABEL),
        "message_at": left + right / 2, "message_width": wide(&message),
    });
    template::render(PICTURE, &values)
}

/// The badge as JSON for the endpoint badge of shields.io.
#[must_use]
pub fn endpoint(report: &Report) -> String {
    let Badge { message, color } = Badge::of(report);
    let badge = json!({"schemaVersion": 1, "label": LABEL, "message": message, "color": color.shields()});
    format!("{badge:#}\n")
}
