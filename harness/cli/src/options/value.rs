//! Parses the values of options that are more than a word or a number.

use std::ffi::OsString;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use mixinspec_engine::reporter::{FORMATS, ReportFormat};

/// Parses a duration such as `30s`, `500ms` or `2m`; a number alone is in seconds.
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
    let time = Duration::try_from_secs_f64(number * unit).map_err(|error| error.to_string())?;
    // Not every clock can represent a longer time.
    if time > YEAR { Err("a year is the most".into()) } else { Ok(time) }
}

/// Parses an interval of at least a second.
pub(super) fn pause(text: &str) -> Result<Duration, String> {
    let time = duration(text)?;
    if time < Duration::from_secs(1) { Err("a second is the least".into()) } else { Ok(time) }
}

const YEAR: Duration = Duration::from_secs(365 * 86_400);

/// Parses a rate: a number per second.
pub(super) fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.001..=f64::MAX).contains(&rate) => Ok(rate),
        _ => Err("write how many requests a second are sent, such as 10, or 0.5 for one in two seconds; 0.001 or more"
            .into()),
    }
}

/// The file that the first line names: a variable with several files then also serves a command that takes only one.
pub(super) fn first_line(files: OsString) -> PathBuf {
    match files.to_str().and_then(|lines| lines.split('\n').next()) {
        Some(first) => first.into(),
        None => files.into(),
    }
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

/// An address that replaces the one that a host's name resolves to.
#[derive(Debug, Clone)]
pub(crate) struct Resolved {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) address: IpAddr,
}

impl fmt::Display for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.host, self.port, self.address)
    }
}

pub(super) fn resolved(text: &str) -> Result<Resolved, String> {
    let mut parts = text.splitn(3, ':');
    let (host, port, address) = (parts.next(), parts.next(), parts.next());
    let host = host.filter(|host| !host.is_empty()).map(str::to_owned);
    let port = port.and_then(|port| port.parse().ok());
    // An IPv6 address may be in brackets, as in a URL.
    let address = address.and_then(|address| address.trim_matches(['[', ']']).parse().ok());
    match (host, port, address) {
        (Some(host), Some(port), Some(address)) => Ok(Resolved { host, port, address }),
        _ => Err("write HOST:PORT:ADDRESS, such as api.example:443:127.0.0.1".to_owned()),
    }
}

/// The format of a report, and the file that it goes to.
#[derive(Debug, Clone)]
pub(crate) struct ReportTo {
    pub(crate) format: &'static ReportFormat,
    /// The file, or `None` for standard output.
    pub(crate) file: Option<PathBuf>,
}

pub(super) fn report_to(text: &str) -> Result<ReportTo, String> {
    let (format, file) = text.split_once('=').ok_or("write FORMAT=FILE, such as junit=junit.xml")?;
    let unknown = || format!("there is no report format `{format}`; there are {}", formats());
    let format = ReportFormat::named(format).ok_or_else(unknown)?;
    match file {
        "" => Err("the name of the file is missing".to_owned()),
        // Opening standard output by these names would mix the report with the text for the terminal.
        "-" | "/dev/stdout" | "/dev/fd/1" | "/proc/self/fd/1" => Ok(ReportTo { format, file: None }),
        file => Ok(ReportTo { format, file: Some(PathBuf::from(file)) }),
    }
}

/// The names of the formats.
pub(super) fn formats() -> String {
    FORMATS.iter().map(|format| format.name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stands_for_a_host_and_a_port() {
        let shown = |text: &str| resolved(text).map(|one| one.to_string());
        assert_eq!(shown("api.example:443:127.0.0.1").as_deref(), Ok("api.example:443:127.0.0.1"));
        assert_eq!(shown("x:1:[::1]").as_deref(), Ok("x:1:::1"));
        assert_eq!(shown("x:1:::1").as_deref(), Ok("x:1:::1"));
        for wrong in ["", "x", "x:1", ":1:127.0.0.1", "x:port:127.0.0.1", "x:1:localhost", "x:65536:127.0.0.1"] {
            assert!(resolved(wrong).is_err(), "{wrong}");
        }
    }

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
