//! Varies the content of an answer where the API does not fix it: the format of times, further members, the order of
//! participants.

use serde_json::{Map, Value, json};

use super::answers::RequestOutcome;
use super::people::People;
use crate::policy::UtcOffset;
use crate::timestamp::UnixTime;

/// How the content of answers differs from the usual one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Content {
    pub(crate) times: Times,
    /// Whether every object has members that no document names.
    pub(crate) further_members: bool,
    /// Whether the participants are listed from the last to the first.
    pub(crate) participants_reversed: bool,
    pub(crate) people: People,
    pub(crate) mute_until: Option<&'static str>,
    /// Whether mute_until is the time of the answer.
    pub(crate) muted_until_now: bool,
    pub(crate) icon_url: Option<&'static str>,
    /// Whether `icon_url` is empty in the first answer and set later.
    pub(crate) icon_url_later: bool,
    /// The text before the code_id in a code_url.
    pub(crate) code_url: Option<&'static str>,
    /// The HTTP status of a success.
    pub(crate) status: Option<u16>,
    /// Whether the envelope has `error`, with the value null, besides `data`.
    pub(crate) null_error: bool,
    /// Whether names are ignored.
    pub(crate) nameless: bool,
    pub(crate) expire_in: Option<u32>,
    /// Whether participants join at the end of the second in which the conversation was created.
    pub(crate) joined_later: bool,
}

/// How times are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Times {
    /// The number of fractional digits; those after the ninth are 0.
    pub(crate) digits: Option<usize>,
    /// Whether T and Z are in lower case.
    pub(crate) lower_case: bool,
    /// The text that replaces `Z`.
    pub(crate) offset: Option<&'static str>,
}

impl Times {
    /// Rewrites a time in the form `2018-05-16T12:34:44.134238105Z`, which may also have another offset.
    fn written(self, time: &str) -> String {
        let Some((date, fraction)) = time.split_once('.') else { return time.to_owned() };
        let end = fraction.find(|character: char| !character.is_ascii_digit()).unwrap_or(fraction.len());
        let (digits, offset) = fraction.split_at(end);
        let offset = match self.offset {
            Some(other) if offset == "Z" => other,
            _ => offset,
        };
        let wanted = self.digits.unwrap_or(digits.len());
        let written = match digits.get(..wanted) {
            Some("") => format!("{date}{offset}"),
            Some(fewer) => format!("{date}.{fewer}{offset}"),
            None => format!("{date}.{digits:0<wanted$}{offset}"),
        };
        if self.lower_case { written.to_ascii_lowercase() } else { written }
    }
}

impl Content {
    /// Changes an envelope.
    pub(crate) fn apply(&self, told: &RequestOutcome<'_>, envelope: &mut Value) {
        if let Some(data) = envelope.get_mut("data").and_then(Value::as_object_mut) {
            self.data(data, told.result.is_ok_and(|shown| shown.is_new));
            self.people.apply(data, told.caller);
            if self.null_error
                && let Some(envelope) = envelope.as_object_mut()
            {
                envelope.insert("error".into(), Value::Null);
            }
        }
        if self.further_members {
            further(envelope);
        }
    }

    fn data(&self, data: &mut Map<String, Value>, is_new: bool) {
        if let Some(seconds) = self.expire_in {
            data.insert("expire_in".into(), seconds.into());
        }
        if self.nameless {
            data.insert("name".into(), "".into());
        }
        if self.joined_later {
            later(data);
        }
        if self.muted_until_now {
            data.insert("mute_until".into(), UnixTime::now().at(UtcOffset::Z).to_string().into());
        }
        self.times(data);
        if self.icon_url_later && !is_new {
            data.insert("icon_url".into(), "https://images.example.org/made/afterwards.png".into());
        }
        for (member, text) in [("mute_until", self.mute_until), ("icon_url", self.icon_url)] {
            if let Some(text) = text {
                data.insert(member.into(), text.into());
            }
        }
        let code = data.get("code_id").and_then(Value::as_str).filter(|code| !code.is_empty());
        if let (Some(before), Some(code)) = (self.code_url, code) {
            let url = format!("{before}{code}");
            data.insert("code_url".into(), url.into());
        }
        if let Some(Value::Array(participants)) = data.get_mut("participants") {
            for participant in participants.iter_mut().filter_map(Value::as_object_mut) {
                self.times(participant);
            }
            if self.participants_reversed {
                participants.reverse();
            }
        }
    }

    fn times(&self, object: &mut Map<String, Value>) {
        for name in ["created_at", "mute_until"] {
            if let Some(Value::String(time)) = object.get_mut(name) {
                *time = self.times.written(time);
            }
        }
    }
}

/// Lets participants join at the end of the second in which the conversation was created: in the page's own answer they
/// join later than it was created, too.
fn later(data: &mut Map<String, Value>) {
    let Some(Value::Array(participants)) = data.get_mut("participants") else { return };
    for participant in participants.iter_mut().filter_map(Value::as_object_mut) {
        if let Some(Value::String(time)) = participant.get_mut("created_at")
            && let Some((date, _)) = time.split_once('.')
        {
            let offset = time.trim_start_matches(|c: char| c != '.').trim_start_matches(|c: char| !"Z+-".contains(c));
            *time = format!("{date}.999999999{offset}");
        }
    }
}

/// Adds members that no document names, of every JSON type, to every object.
fn further(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(further);
            members.insert("x_note".into(), json!("a further member"));
            members.insert("x_list".into(), json!([null, true, -1, 0.5, {"data": {}, "error": null}]));
        }
        Value::Array(elements) => elements.iter_mut().for_each(further),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_in_each_form() {
        let time =
            |digits, lower_case, offset| Times { digits, lower_case, offset }.written("2018-05-16T12:34:44.134238105Z");
        assert_eq!(time(None, false, None), "2018-05-16T12:34:44.134238105Z");
        assert_eq!(time(Some(0), false, None), "2018-05-16T12:34:44Z");
        assert_eq!(time(Some(3), false, Some("-00:00")), "2018-05-16T12:34:44.134-00:00");
        assert_eq!(time(Some(6), true, None), "2018-05-16t12:34:44.134238z");
        assert_eq!(time(Some(12), false, None), "2018-05-16T12:34:44.134238105000Z");
    }
}
