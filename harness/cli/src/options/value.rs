//! Values of options that are more than one word or number.

use std::time::Duration;

/// A time such as `30s`, `500ms`, `2m`; a number alone is seconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        other => return Err(format!("`{other}` is no unit of time; use ms, s, m or h")),
    };
    let number: f64 = digits.parse().map_err(|_| "write a number and a unit, such as 30s or 500ms".to_owned())?;
    Duration::try_from_secs_f64(number * unit).map_err(|error| error.to_string())
}

/// A reading's id and the name of one of its interpretations.
#[derive(Debug, Clone)]
pub(crate) struct ReadingName {
    pub(crate) id: String,
    pub(crate) name: String,
}

pub(super) fn reading_name(text: &str) -> Result<ReadingName, String> {
    match text.split_once('=') {
        Some((id, name)) if !id.is_empty() && !name.is_empty() => {
            Ok(ReadingName { id: id.to_owned(), name: name.to_owned() })
        }
        _ => Err("write ID=NAME, such as group-without-participants=accepted".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        assert_eq!(duration("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("1.5"), Ok(Duration::from_millis(1500)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        for wrong in ["", "s", "3 fortnights", "-1s", "1e400s", "NaN", "inf"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
