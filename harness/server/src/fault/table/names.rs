//! Faults that change a name or an announcement, which should be returned as it was stored.

use serde_json::Value;

use crate::conversation::StoredConversation;
use crate::fault::edit::{data, get, is_group, kept_for_member, set};
use crate::fault::hook::Hook::{Again, Answer, Conversation as Stored};
use crate::fault::hook::{BOTH, OF_2026, and};
use crate::fault::{Consequence, Fault};

/// A server that changes the names of GROUPs.
macro_rules! name {
    ($name:literal, $what:literal, $change:expr) => {
        Fault::new($name, $what, OF_2026, "name-echoed", &[Stored(|made, _| name(made, $change))])
    };
}

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "name-lost",
        "The name of a GROUP is not stored.",
        OF_2026,
        "name-echoed",
        &[Stored(|made, _| made.name = "".into())],
    )
    .also(&[
        and("outer-white-space", "no name comes back, and so neither with its spaces nor without"),
        and("charset-without-effect", "it asks for the name"),
    ]),
    // Lengths.
    name!("name-cut-to-33", "A name is cut to 33 characters.", |text| text.chars().take(33).collect()),
    name!("name-cut-to-64", "A name is cut to 64 characters.", |text| text.chars().take(64).collect()),
    name!("name-cut-to-100", "A name is cut to 100 characters.", |text| text.chars().take(100).collect()),
    name!("name-cut-to-200", "A name is cut to 200 characters.", |text| text.chars().take(200).collect()),
    Fault::new(
        "name-cut-to-255",
        "A name is cut to 255 characters.",
        OF_2026,
        "name-echoed",
        &[Stored(|made, _| made.name = made.name.chars().take(255).collect())],
    ),
    name!("name-cut-to-400", "A name is cut to 400 characters.", |text| text.chars().take(400).collect()),
    name!("name-cut-to-511", "A name is cut to 511 characters.", |text| text.chars().take(511).collect()),
    name!("name-cut-to-1000-bytes", "A name is cut to a thousand bytes.", |text| text
        .char_indices()
        .take_while(|(at, c)| at + c.len_utf8() <= 1000)
        .map(|(_, c)| c)
        .collect()),
    // Letters.
    Fault::new(
        "name-without-astral",
        "Characters beyond the basic plane become question marks, as in MySQL's utf8.",
        OF_2026,
        "name-echoed",
        &[Stored(|made, _| made.name = made.name.chars().map(|c| if c > '\u{ffff}' { '?' } else { c }).collect())],
    ),
    name!("name-without-greek", "Greek letters of a name become question marks.", |text| replaced(
        text,
        |c| matches!(c, '\u{370}'..='\u{3ff}'),
        "?"
    )),
    name!("name-without-hebrew", "Hebrew letters of a name become question marks.", |text| replaced(
        text,
        |c| matches!(c, '\u{590}'..='\u{5ff}'),
        "?"
    )),
    name!("name-without-thai", "Thai letters of a name become question marks.", |text| replaced(
        text,
        |c| matches!(c, '\u{e00}'..='\u{e7f}'),
        "?"
    )),
    name!("name-without-ethiopic", "Ethiopic letters of a name become question marks.", |text| replaced(
        text,
        |c| matches!(c, '\u{1200}'..='\u{139f}'),
        "?"
    )),
    name!("name-without-hangul", "Korean syllables of a name become question marks.", |text| replaced(
        text,
        |c| matches!(c, '\u{ac00}'..='\u{d7a3}'),
        "?"
    )),
    name!("name-without-extension-a", "Ideographs of the first extension become question marks.", |text| replaced(
        text,
        |c| matches!(c, '\u{3400}'..='\u{4dbf}'),
        "?"
    )),
    name!("name-without-private-use", "A name is cut at its first private character.", |text| text
        .split('\u{e000}')
        .next()
        .unwrap_or_default()
        .to_owned()),
    name!("name-without-marks", "Combining accents of a name are removed.", |text| replaced(
        text,
        |c| matches!(c, '\u{300}'..='\u{36f}'),
        ""
    )),
    name!(
        "name-without-invisible",
        "Characters of a name that nobody sees are removed: joiners, soft hyphens, and the like.",
        |text| replaced(
            text,
            |c| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}'),
            ""
        )
    ),
    name!("name-without-direction", "The marks of writing direction in a name are removed.", |text| replaced(
        text,
        |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'),
        ""
    )),
    name!(
        "name-without-variation-selectors",
        "The characters that choose between forms of a letter are removed from a name.",
        |text| replaced(text, |c| matches!(c, '\u{fe00}'..='\u{fe0f}'), "")
    ),
    name!("name-without-tags", "The invisible tags of the last planes are removed from a name.", |text| replaced(
        text,
        |c| matches!(c, '\u{e0000}'..='\u{e007f}'),
        ""
    )),
    name!("name-long-s-as-s", "The old letter \u{17f} of a name becomes an s.", |text| text.replace('\u{17f}', "s")),
    name!("name-dotless-i-as-i", "The dotless i of a name becomes an i.", |text| text.replace('\u{131}', "i")),
    name!("name-kelvin-as-k", "The Kelvin sign of a name becomes a K.", |text| text.replace('\u{212a}', "K")),
    name!("name-one-letter-lost", "One letter of a name, the Cyrillic \u{a66e}, is lost.", |text| text
        .replace('\u{a66e}', "")),
    name!(
        "name-one-letter-beyond-the-plane-lost",
        "One letter of a name beyond the basic plane, the Deseret \u{10403}, is lost.",
        |text| text.replace('\u{10403}', "")
    ),
    name!("name-quotes-straightened", "Curly quotes of a name become straight ones.", |text| text
        .replace(['\u{2018}', '\u{2019}'], "'")),
    name!("name-composed", "Letters and accents of a name are composed, as Unicode's NFC does.", composed),
    name!(
        "name-compatible",
        "Full-width letters and ligatures of a name become ordinary ones, as Unicode's NFKC does.",
        compatible
    ),
    name!("name-spaces-collapsed", "Spaces of a name that follow each other become one.", |text| text
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")),
    name!("name-no-break-space-as-space", "A space that breaks no line becomes an ordinary one in a name.", |text| {
        text.replace('\u{a0}', " ")
    }),
    name!("name-line-separator-as-space", "The separator of lines in a name becomes a space.", |text| text
        .replace('\u{2028}', " ")),
    // Names that are taken for something else.
    Fault::new(
        "name-escaped",
        "A name comes back escaped for HTML.",
        OF_2026,
        "name-echoed",
        &[Stored(|made, _| {
            made.name = made.name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").into()
        })],
    ),
    name!("name-null-as-none", "The name null is taken for none.", |text| if text == "null" {
        String::new()
    } else {
        text.to_owned()
    }),
    name!("name-number-as-number", "A name that is a number is kept as a number.", number),
    name!("name-true-as-number", "The name true is kept as 1, as some databases keep it.", |text| if text == "true" {
        "1".to_owned()
    } else {
        text.to_owned()
    }),
    name!("name-unquoted", "A name in quotes is read as JSON, and loses them.", |text| serde_json::from_str::<String>(
        text
    )
    .unwrap_or_else(|_| text.to_owned())),
    name!("name-percent-decoded", "A name is decoded as in a URL.", |text| text
        .replace("%41", "A")
        .replace("%42", "B")),
    name!("name-plus-as-space", "The plus of a name becomes a space, as in a form.", |text| text.replace('+', " ")),
    name!("name-html-unescaped", "A name is unescaped as HTML.", |text| text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")),
    name!("name-backslash-unescaped", "Escapes in a name are read a second time.", |text| text
        .replace("\\u0041", "A")
        .replace("\\n", "\n")),
    name!("name-without-backslashes", "Backslashes of a name are removed.", |text| text.replace('\\', "")),
    name!("name-percent-doubled", "The percent sign of a name is doubled, as for a format.", |text| text
        .replace('%', "%%")),
    name!("name-template-filled", "What stands in ${} in a name is filled in.", |text| text.replace("${x}", "")),
    name!("name-without-tags-of-markup", "What looks like markup in a name is removed.", |text| text
        .replace("<b>", "")
        .replace("</script>", "")
        .replace("<script>", "")),
    // Conversations without a name in the request.
    Fault::new(
        "name-untitled",
        "A GROUP for which no name was asked is called Untitled.",
        BOTH,
        "name-empty",
        &[Answer(|answer, _| {
            if get(answer, "category") == "GROUP" && get(answer, "name") == "" {
                set(answer, "name", "Untitled");
            }
        })],
    ),
    Fault::new(
        "name-of-the-members",
        "A GROUP for which no name was asked is called after its members.",
        BOTH,
        "name-empty",
        &[Stored(|made, _| {
            if is_group(made) && made.name.is_empty() {
                made.name = made
                    .members
                    .iter()
                    .map(|member| member.user.to_string())
                    .take(3)
                    .collect::<Vec<_>>()
                    .join(", ")
                    .into();
            }
        })],
    )
    .also(&[
        and("accept-ignored", "the name of its twin is another one"),
        and("json-writing-ignored", "the name of its twin is another one"),
        and("transfer-ignored", "the name of its twin is another one"),
        and("usual-headers-ignored", "the name of its twin is another one"),
    ]),
    // Announcements.
    Fault::new(
        "name-of-the-announcement",
        "A GROUP without a name is called what its announcement says.",
        OF_2026,
        "name-empty",
        &[Stored(|made, _| {
            if made.name.is_empty() {
                made.name = made.announcement.clone();
            }
        })],
    ),
    Fault::new(
        "announcement-lost",
        "The announcement of a GROUP is not stored.",
        OF_2026,
        "announcement-echoed",
        &[Stored(|made, _| made.announcement = "".into())],
    ),
    Fault::new(
        "announcement-is-name",
        "The announcement of a GROUP comes back as its name.",
        OF_2026,
        "announcement-unaltered",
        &[Stored(|made, _| {
            if !made.announcement.is_empty() {
                made.announcement = made.name.clone()
            }
        })],
    )
    .also(ALTERED),
    Fault::new(
        "announcement-in-latin1",
        "Characters of an announcement that Latin-1 does not have become question marks.",
        OF_2026,
        "announcement-unaltered",
        &[Stored(|made, _| made.announcement = replaced(&made.announcement, |c| c > '\u{ff}', "?").into())],
    )
    .also(ALTERED),
    Fault::new(
        "announcement-escapes-interpreted",
        "A backslash and an n in an announcement become a line feed.",
        OF_2026,
        "announcement-unaltered",
        &[Stored(|made, _| made.announcement = made.announcement.replace("\\n", "\n").into())],
    )
    .also(ALTERED),
    Fault::new(
        "announcement-without-markup",
        "Angle brackets and what is between them are taken out of an announcement.",
        OF_2026,
        "announcement-unaltered",
        &[Stored(|made, _| {
            while let (Some(open), Some(close)) = (made.announcement.find('<'), made.announcement.rfind('>')) {
                if open > close {
                    break;
                }
                made.announcement = format!("{}{}", &made.announcement[..open], &made.announcement[close + 1..]).into();
            }
        })],
    )
    .also(ALTERED),
    Fault::new(
        "announcement-for-the-owner-alone",
        "The announcement of a GROUP is read by its OWNER and by ADMINs; other members read an empty one.",
        OF_2026,
        "announcement-of-all",
        &[Answer(|answer, context| {
            let caller = context.caller.to_string();
            let Some(data) = data(answer).filter(|_| context.reads()) else { return };
            let listed = data["participants"].as_array();
            let has_a_role = |one: &Value| one["user_id"] == caller.as_str() && one["role"] != "";
            if !listed.is_some_and(|all| all.iter().any(has_a_role)) {
                data["announcement"] = "".into();
            }
        })],
    ),
    Fault::new(
        "announcement-cut-when-read",
        "GET /conversations/:id shows the first 500 characters of an announcement.",
        OF_2026,
        "announcement-of-all",
        &[Answer(|answer, context| {
            let Some(data) = data(answer).filter(|_| context.reads()) else { return };
            let short: String = data["announcement"].as_str().unwrap_or_default().chars().take(500).collect();
            data["announcement"] = short.into();
        })],
    )
    .also(&[and("again-by-member", "what a member reads is shorter than what was answered")]),
    Fault::new(
        "announcement-lost-when-created-again",
        "The announcement of a GROUP is lost when a member creates it again without one.",
        OF_2026,
        "announcement-of-all",
        &[Again(|again| {
            kept_for_member(again, |one| {
                if again.asked.announcement.is_empty() {
                    one.announcement = "".into();
                }
            })
        })],
    )
    .also(&[
        and("again-by-member", "the announcement is another one"),
        and("create-again-same-name", "it is created again, too"),
    ]),
    Fault::new(
        "announcement-welcomes",
        "A new GROUP has an announcement that nobody has asked for.",
        BOTH,
        "announcement-empty",
        &[Stored(|made, _| {
            if is_group(made) && made.announcement.is_empty() {
                made.announcement = "Welcome!".into();
            }
        })],
    ),
    Fault::new(
        "contact-announcement-null",
        "The announcement of a CONTACT is the text null.",
        BOTH,
        "announcement-empty",
        &[Stored(|made, _| {
            if !is_group(made) {
                made.announcement = "null".into();
            }
        })],
    ),
];

const ALTERED: &[Consequence] = &[and("announcement-echoed", "what is altered does not come back")];

/// Changes the name of a new GROUP.
fn name(made: &mut StoredConversation, change: impl FnOnce(&str) -> String) {
    if is_group(made) {
        made.name = change(&made.name).into();
    }
}

fn replaced(text: &str, which: impl Fn(char) -> bool, by: &str) -> String {
    text.chars().map(|c| if which(c) { by.to_owned() } else { c.to_string() }).collect()
}

/// A small part of NFC: composes a few pairs, mostly letters with the acute accent, and replaces U+212B.
fn composed(text: &str) -> String {
    let pairs =
        [("e\u{301}", "é"), ("a\u{301}", "á"), ("o\u{301}", "ó"), ("\u{212b}", "Å"), ("\u{1100}\u{1161}", "가")];
    pairs.into_iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// A part of NFKC: replaces full-width letters and the Latin ligatures.
fn compatible(text: &str) -> String {
    let ascii = |c: char| u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).filter(|c| c.is_ascii_graphic());
    let narrow = text.chars().map(|c| if c >= '\u{ff01}' { ascii(c).unwrap_or(c) } else { c });
    narrow.collect::<String>().replace('ﬁ', "fi").replace('ﬀ', "ff")
}

/// A number as a program writes it.
fn number(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => number.to_string(),
        _ => text.to_owned(),
    }
}
