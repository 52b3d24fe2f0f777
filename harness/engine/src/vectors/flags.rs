//! The flags that vectors carry: what is special about an input, which mistake it finds, and what comes of it.

use std::collections::{BTreeMap, BTreeSet};

use mixinspec_spec::Spec;

use super::document::Flag;

/// A flag, with the requirements on ids that a vector with it is about.
pub(crate) struct FlagRow {
    pub(crate) name: &'static str,
    meaning: &'static str,
    bug_class: &'static str,
    effect: &'static str,
    links: &'static [&'static str],
    requirements: &'static [&'static str],
}

macro_rules! flags {
    ($($name:ident { $meaning:literal, $bug_class:literal, $effect:literal, links: $links:expr, requirements: $ids:expr })*) => {
        /// All flags.
        pub(crate) const FLAGS: &[FlagRow] = &[$(FlagRow {
            name: stringify!($name),
            meaning: $meaning,
            bug_class: $bug_class,
            effect: $effect,
            links: &$links,
            requirements: &$ids,
        }),*];
    };
}

flags! {
    Published {
        "The vector stands in the tests of a published SDK or app.",
        "incompatibility",
        "Two implementations that are in use do not find each other's conversations.",
        links: [], requirements: []
    }
    OtherFunction {
        "The function is not one of the spec's, but one that its publisher has beside them.",
        "mistaken identity",
        "Its results are taken for conversation ids, which they are not.",
        links: [], requirements: []
    }
    Ordinary {
        "Drawn at random from the domain, with nothing special about it.",
        "wrong function",
        "No conversation with anybody can be created: the server refuses the id.",
        links: [], requirements: []
    }
    BothOrders {
        "The same two users stand in another vector in the other order, with the same id.",
        "order of the arguments",
        "The two sides of a conversation compute different ids; one of them cannot create it.",
        links: [], requirements: ["unique-id-symmetric"]
    }
    SameUser {
        "Both arguments are the same.",
        "comparison of equals",
        "A user's conversation with themselves gets another id, or an error.",
        links: [], requirements: ["unique-id-of-oneself", "unique-id-deterministic"]
    }
    LastDigit {
        "The two ids differ in their last digit alone.",
        "comparison of a part",
        "Ids that begin alike are ordered as they were given, and the two sides compute different ids.",
        links: [], requirements: ["unique-id-sensitive"]
    }
    OnePosition {
        "The two ids differ in one digit alone, in each vector another one.",
        "comparison of a part",
        "Whoever compares parts of a UUID, or its bytes as signed numbers, orders some pairs wrongly.",
        links: [], requirements: ["unique-id-sensitive"]
    }
    DigitAgainstLetter {
        "Where the two ids first differ, one has a digit and the other a letter.",
        "order of characters",
        "A comparison that puts letters before digits, as some collations do, orders the pair wrongly.",
        links: [], requirements: []
    }
    HighBit {
        "Where the two ids first differ, one has 0 to 7 and the other 8 to f: the bytes differ in their highest bit.",
        "signed comparison",
        "A comparison of UUIDs as signed numbers, as Java's compareTo has it, orders the pair wrongly.",
        links: ["https://bugs.openjdk.org/browse/JDK-7025832"], requirements: []
    }
    NilOrMax {
        "One of the ids is the nil or the max UUID.",
        "special value",
        "An id that is legal is taken for a missing one.",
        links: ["https://www.rfc-editor.org/rfc/rfc9562#section-5.9"], requirements: []
    }
    AnyVersion {
        "The user ids are UUIDs of a version, or a variant, other than the usual one.",
        "validation of the input",
        "Users whose ids were not made as version 4 cannot be talked to.",
        links: ["https://www.rfc-editor.org/rfc/rfc9562#section-4.2"], requirements: []
    }
    VersionStamp {
        "The hash has another value than 3 where the version goes, in each vector another one.",
        "stamping of the version",
        "The id keeps bits of the hash where the version is, and the server refuses it.",
        links: ["https://www.rfc-editor.org/rfc/rfc9562#section-5.3"], requirements: ["unique-id-version"]
    }
    VersionPresent {
        "The hash happens to have a 3 where the version goes.",
        "stamping of the version",
        "None from a missing stamp: whoever tests with this alone does not notice that theirs is missing.",
        links: [], requirements: ["unique-id-version"]
    }
    VariantStamp {
        "The hash has other bits than 10 where the variant goes, in each vector others.",
        "stamping of the variant",
        "The id keeps bits of the hash where the variant is, and the server refuses it.",
        links: ["https://www.rfc-editor.org/rfc/rfc9562#section-4.1"], requirements: ["unique-id-variant"]
    }
    VariantPresent {
        "The hash happens to have the bits 10 where the variant goes.",
        "stamping of the variant",
        "None from a missing stamp: whoever tests with this alone does not notice that theirs is missing.",
        links: [], requirements: ["unique-id-variant"]
    }
    LeadingZero {
        "A byte of the id is below 16, in each vector another one.",
        "hexadecimal output",
        "A byte that is printed without its leading zero makes the id too short.",
        links: [], requirements: ["unique-id-text"]
    }
    OutsideDomain {
        "An argument is not what the function is defined for: a lowercase hyphenated UUID. The id is what the formula gives all the same.",
        "validation of the input",
        "None that the sources speak of: an error, or the id of the lower-case form, is as good.",
        links: [], requirements: []
    }
    UpperCase {
        "An id has upper-case letters.",
        "letter case",
        "Whoever does not lower the users' ids first computes an id that nobody else does.",
        links: ["https://www.rfc-editor.org/rfc/rfc9562#section-4"], requirements: ["unique-id-lower-case"]
    }
    CaseDecidesOrder {
        "The pair sorts one way as it is given and the other way in lower case.",
        "letter case",
        "An order found before the ids are lowered is the wrong one afterwards.",
        links: [], requirements: ["unique-id-lower-case"]
    }
    OtherSpelling {
        "An id is a UUID written in another way: in braces, as a URN, without hyphens, with white space around it.",
        "validation of the input",
        "The text is hashed as it is, so that every spelling has an id of its own.",
        links: [], requirements: []
    }
    EmptyText {
        "A text is empty.",
        "special value",
        "An empty text is skipped, or taken for a missing one.",
        links: [], requirements: []
    }
    NotAscii {
        "A text has characters beyond ASCII.",
        "encoding",
        "Whoever hashes another encoding than UTF-8 computes an id that nobody else does.",
        links: ["https://www.rfc-editor.org/rfc/rfc3629"], requirements: []
    }
    SurrogateOrder {
        "Where two texts first differ, one has a character of U+E000 to U+FFFF and the other one beyond U+FFFF.",
        "order of characters",
        "UTF-16 code units, as JavaScript, Java, C# and Dart compare them, sort the other way round than code points.",
        links: ["https://www.rfc-editor.org/rfc/rfc3629#section-1"], requirements: []
    }
    BlockBoundary {
        "The hashed text is as long as a block of MD5 allows before padding needs another, or one byte more or less.",
        "hash function",
        "A hash function of one's own pads wrongly at these lengths.",
        links: ["https://www.rfc-editor.org/rfc/rfc1321#section-3.1"], requirements: []
    }
    LongText {
        "A text is far longer than usual.",
        "length limit",
        "Text is cut, or a buffer overflows.",
        links: [], requirements: []
    }
    NoSeparator {
        "Another vector's two texts, joined, give the same text, and so the same id.",
        "separator",
        "Whoever joins the two with something between them tells these apart, and computes other ids for everybody.",
        links: [], requirements: []
    }
    Size {
        "The group has a number of participants at which something changes: none, one, two, the largest.",
        "loop bounds",
        "The first or the last participant is left out.",
        links: [], requirements: []
    }
    AnyOrder {
        "The same participants stand in other vectors in another order, with the same id.",
        "order of the participants",
        "The id depends on the order in which an app happens to list the members.",
        links: [], requirements: ["group-id-order"]
    }
    Duplicate {
        "A participant stands in the list more than once, and counts as often.",
        "removal of duplicates",
        "An id made from a set is another one than the one made from the list.",
        links: [], requirements: ["group-id-repeated"]
    }
    OwnerAmongParticipants {
        "The owner stands among the participants too.",
        "removal of the owner",
        "Whoever leaves the owner out, or adds the owner always, computes another id.",
        links: [], requirements: ["group-id-owner"]
    }
    NameText {
        "The group's name is special as text: empty, composed or decomposed, white space, control characters, quotes.",
        "change of the text",
        "A name that is trimmed, normalised or escaped before it is hashed gives another id.",
        links: ["https://www.rfc-editor.org/rfc/rfc3629", "https://unicode.org/reports/tr15/"], requirements: ["group-id-name"]
    }
    NameAgainstOwner {
        "The name sorts before, after or just beside the owner's id.",
        "order of the first pair",
        "Owner and name are ordered like two users; whoever puts the owner first always is wrong for some names.",
        links: [], requirements: []
    }
    RandomSpelling {
        "The random id is not written as a lowercase hyphenated UUID.",
        "letter case",
        "The random id is hashed as it is, not in lower case.",
        links: [], requirements: ["group-id-random-case"]
    }
    RandomNotUuid {
        "The random id is no UUID: there is no id.",
        "validation of the input",
        "A group is created that cannot be found again, or with an id that the server refuses.",
        links: [], requirements: ["group-id-random-invalid"]
    }
    PlainRequest {
        "A request of its family as it is, with nothing special about it.",
        "wrong function",
        "Nothing can be created.",
        links: [], requirements: []
    }
    MissingMember {
        "A member is left out.",
        "validation of the input",
        "A conversation is created from half a request, or the server fails with a 5xx.",
        links: [], requirements: []
    }
    OtherValue {
        "A member has another value, or another type, than in the plain request.",
        "validation of the input",
        "A value is taken that has no meaning, or one is refused that has.",
        links: [], requirements: []
    }
    Length {
        "A text or a list is as long as is allowed, or longer by one.",
        "length limit",
        "Bytes or UTF-16 units are counted in place of characters, or the limit is off by one.",
        links: [], requirements: []
    }
    WrongId {
        "The conversation_id of a CONTACT or GROUP is not the derived one, but what a mistake gives.",
        "missing check of the id",
        "Two conversations of the same two users can exist, and messages go to the one that the other side does not see.",
        links: ["https://github.com/MixinNetwork/bot-api-go-client/issues/88"], requirements: []
    }
    PeerOrder {
        "The peer's id sorts before or after the caller's, on purpose.",
        "order of the arguments",
        "One of the two sides cannot create the conversation.",
        links: [], requirements: []
    }
    RawBody {
        "The body is not the JSON of a request object.",
        "parsing",
        "The server fails with a 5xx, hangs, or takes what is no request.",
        links: ["https://www.rfc-editor.org/rfc/rfc8259"], requirements: []
    }
    OtherWriting {
        "The body is the same JSON, written in another way.",
        "parsing",
        "Clients that write JSON in another way than the server's own are refused.",
        links: ["https://www.rfc-editor.org/rfc/rfc8259"], requirements: []
    }
    Header {
        "A header field is another one than usual.",
        "parsing",
        "Clients that send it are refused.",
        links: ["https://www.rfc-editor.org/rfc/rfc9110"], requirements: []
    }
    OtherEndpoint {
        "The method or the path is another one.",
        "routing",
        "The server fails with a 5xx, or creates a conversation.",
        links: ["https://www.rfc-editor.org/rfc/rfc9110"], requirements: []
    }
    Reading {
        "The sources leave two readings: a server may accept or refuse it; the readings' names stand in `expected`.",
        "ambiguity",
        "Clients that rely on one reading meet a server that has the other.",
        links: [], requirements: []
    }
    EitherWay {
        "A server may accept or refuse it, but must do one of them cleanly; what else holds is up to the requirement.",
        "robustness",
        "The server fails with a 5xx, hangs, or drops the connection.",
        links: [], requirements: []
    }
    RealInput {
        "What a published SDK or app, or the documentation's own example, really sends.",
        "incompatibility",
        "Users of that SDK cannot create the conversation.",
        links: [], requirements: []
    }
}

/// A flag by its name.
pub(crate) fn named(name: &str) -> Option<&'static FlagRow> {
    FLAGS.iter().find(|flag| flag.name == name)
}

/// The explanations of the flags that these vectors carry.
pub(crate) fn explained<'a>(carried: impl Iterator<Item = &'a String>) -> BTreeMap<String, Flag> {
    let names: BTreeSet<&String> = carried.collect();
    names.into_iter().filter_map(|name| named(name).map(|flag| (name.clone(), flag.explanation()))).collect()
}

impl FlagRow {
    /// What files say of it.
    pub(crate) fn explanation(&self) -> Flag {
        Flag {
            meaning: self.meaning.into(),
            bug_class: self.bug_class.into(),
            effect: self.effect.into(),
            links: self.links.iter().map(|&link| link.to_owned()).collect(),
        }
    }
}

/// A derivation's own requirement, and those that the flags are about, in the spec's order; without those that this
/// spec does not have.
pub(crate) fn requirements(spec: &Spec, value: &str, flags: &[&str]) -> Vec<String> {
    // Some flags say something of both derivations, and their requirements of one.
    let stem = value.trim_end_matches("value");
    let flagged = flags.iter().filter_map(|flag| named(flag)).flat_map(|flag| flag.requirements.iter().copied());
    let mut wanted: BTreeSet<&str> = flagged.filter(|id| id.starts_with(stem)).collect();
    wanted.insert(value);
    let all = spec.document.requirements.iter().filter(|requirement| wanted.contains(requirement.id.as_str()));
    all.map(|requirement| requirement.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_is_named_once_and_is_about_what_the_spec_has() {
        let names: BTreeSet<&str> = FLAGS.iter().map(|flag| flag.name).collect();
        assert_eq!(names.len(), FLAGS.len());
        let spec = Spec::embedded().expect("the embedded spec");
        let ids: BTreeSet<&str> = FLAGS.iter().flat_map(|flag| flag.requirements.iter().copied()).collect();
        assert!(ids.len() > 10);
        for id in ids {
            assert!(spec.requirement(id).is_some(), "{id}");
        }
    }
}
