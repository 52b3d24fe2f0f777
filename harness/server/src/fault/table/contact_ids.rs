//! Faults that derive the id of a CONTACT wrongly: each near miss of the spec that a server can show.
//!
//! A server that derives wrongly refuses right ids and accepts wrong ones. A server that also accepts the wrong ids of
//! old clients refuses too little.

use md5::{Digest, Md5};
use mixinspec_types::unique_conversation_id;
use sha1::Sha1;
use sha2::Sha256;
use uuid::{Builder, Uuid, Variant, Version};

use crate::fault::hook::Hook::ContactId;
use crate::fault::hook::{BOTH, Contact, and};
use crate::fault::{Consequence, Fault};

/// The consequences for a server that accepts only the wrong ids.
const SYMMETRIC: Consequence = and("contact-id-symmetric", "the right id is refused, on whichever side the peer is");
const TAKEN: Consequence = and("contact-id-near-miss", "the id with this mistake is taken");
const VERSION: Consequence = and("contact-id-version", "an id with such a version is taken");
const VARIANT: Consequence = and("contact-id-variant", "an id with such a variant is taken");

/// A server that derives the id of a CONTACT with a mistake.
macro_rules! only {
    ($name:literal, $how:literal, $also:expr, $id:expr) => {
        Fault::new(
            $name,
            concat!("Derives the id of a CONTACT ", $how, "."),
            BOTH,
            "contact-accepted",
            &[ContactId(|contact| is(contact, $id))],
        )
        .also($also)
    };
}

/// A server that also accepts ids of a CONTACT that are derived with a mistake.
macro_rules! too {
    ($name:literal, $how:literal, $breaks:literal, $id:expr) => {
        Fault::new(
            $name,
            concat!("Also takes an id of a CONTACT that was derived ", $how, "."),
            BOTH,
            $breaks,
            &[ContactId(|contact| right(contact) || is(contact, $id))],
        )
    };
}

pub(super) const FAULTS: &[Fault] = &[
    // One side only.
    Fault::new(
        "contact-id-unsorted",
        "Derives the id of a CONTACT from caller and peer without ordering them.",
        BOTH,
        "contact-id-symmetric",
        &[ContactId(|contact| is(contact, unsorted))],
    )
    .also(&[
        and("contact-accepted", "some of the peers sort before the caller"),
        TAKEN,
        and("contact-from-both-sides", "one of the two sides sorts before the other"),
    ]),
    Fault::new(
        "contact-id-caller-must-be-larger",
        "Only the larger of two users can create a CONTACT.",
        BOTH,
        "contact-id-symmetric",
        &[ContactId(|contact| right(contact) && contact.peer < contact.caller)],
    )
    .also(&[
        and("contact-accepted", "some of the peers sort after the caller"),
        and("contact-from-both-sides", "one of the two sides is the smaller"),
    ]),
    // The order.
    Fault::new(
        "contact-id-ordered-by-eight-digits",
        "Orders the two ids of a CONTACT by their first eight digits alone.",
        BOTH,
        "contact-id-symmetric",
        &[ContactId(|contact| ordered_by(contact, |id| id.get(..8).map(str::to_owned)))],
    ),
    Fault::new(
        "contact-id-ordered-as-doubles",
        "Orders the two ids of a CONTACT as floating-point numbers.",
        BOTH,
        "contact-id-symmetric",
        &[ContactId(|contact| ordered_by(contact, |id| Some(id.parse::<Uuid>().ok()?.as_u128() as f64)))],
    ),
    Fault::new(
        "contact-id-ordered-as-in-java",
        "Orders the two ids of a CONTACT as signed numbers, as Java's UUID does.",
        BOTH,
        "contact-id-symmetric",
        &[ContactId(|contact| ordered_by(contact, |id| Some(id.parse::<Uuid>().ok()?.as_u128().cast_signed())))],
    )
    .also(&[
        and("contact-accepted", "some of the peers sort on the other side of the caller"),
        TAKEN,
        and("contact-from-both-sides", "one of the two sides sorts before the other"),
    ]),
    // The letter case of a participant.
    too!("contact-id-of-an-upper-case-peer-too", "from the peer's id in upper case", "contact-id-case", |a, b| {
        unique_conversation_id(a, &b.to_uppercase())
    }),
    // Versions, variants, letter case.
    too!("contact-id-version-4-too", "with version 4", "contact-id-version", |a, b| version(a, b, Version::Random)),
    too!("contact-id-version-5-too", "with version 5", "contact-id-version", |a, b| version(a, b, Version::Sha1)),
    Fault::new(
        "contact-id-any-version",
        "Does not look at the version of a CONTACT's id.",
        BOTH,
        "contact-id-version",
        &[ContactId(|contact| {
            masked(contact.id, 6, 0x0f) == masked(unique_conversation_id(contact.caller, contact.peer), 6, 0x0f)
        })],
    ),
    Fault::new(
        "contact-id-any-variant",
        "Does not look at the variant of a CONTACT's id.",
        BOTH,
        "contact-id-variant",
        &[ContactId(|contact| {
            masked(contact.id, 8, 0x3f) == masked(unique_conversation_id(contact.caller, contact.peer), 8, 0x3f)
        })],
    ),
    too!("contact-id-upper-too", "from ids in upper case", "contact-id-lower-case", upper).also(&[and(
        "contact-id-case",
        "the id of the upper case is taken, whichever case the participant is named in",
    )]),
    // Near misses besides the right id.
    too!("contact-id-unsorted-too", "without ordering the two ids", "contact-id-near-miss", unsorted),
    too!("contact-id-reverse-too", "with the larger id first", "contact-id-near-miss", reverse),
    too!("contact-id-raw16-too", "from the bytes of the ids", "contact-id-near-miss", raw16),
    too!("contact-id-no-hyphens-too", "without hyphens", "contact-id-near-miss", no_hyphens),
    too!("contact-id-sha1-too", "with SHA-1", "contact-id-near-miss", sha1),
    too!("contact-id-sha256-too", "with SHA-256", "contact-id-near-miss", sha256),
    too!("contact-id-nil-namespace-too", "in the nil namespace", "contact-id-near-miss", nil_namespace),
    too!("contact-id-utf16le-too", "from UTF-16", "contact-id-near-miss", utf16le),
    too!("contact-id-hyphen-between-too", "with a hyphen between the two ids", "contact-id-near-miss", |a, b| between(
        a, b, "-"
    )),
    // Near misses instead of the right id.
    Fault::new(
        "contact-id-reverse",
        "Derives the id of a CONTACT with the larger id first.",
        BOTH,
        "contact-accepted",
        &[ContactId(|contact| is(contact, reverse))],
    )
    .also(&[SYMMETRIC, TAKEN]),
    only!("contact-id-raw16", "from the 16 bytes of each id", &[SYMMETRIC, TAKEN], raw16),
    only!("contact-id-no-hyphens", "without hyphens", &[SYMMETRIC, TAKEN], no_hyphens),
    only!(
        "contact-id-upper",
        "from ids in upper case",
        &[
            SYMMETRIC,
            and("contact-id-lower-case", "the id with this mistake is taken"),
            and("contact-id-case", "the id with this mistake is taken"),
        ],
        upper
    ),
    only!("contact-id-sha1", "with SHA-1", &[SYMMETRIC, TAKEN], sha1),
    only!("contact-id-sha256", "with SHA-256", &[SYMMETRIC, TAKEN], sha256),
    only!("contact-id-nil-namespace", "as a name-based UUID in the nil namespace", &[SYMMETRIC, TAKEN], nil_namespace),
    only!("contact-id-utf16le", "from UTF-16", &[SYMMETRIC, TAKEN], utf16le),
    only!("contact-id-hyphen-between", "with a hyphen between the two ids", &[SYMMETRIC, TAKEN], |a, b| between(
        a, b, "-"
    )),
    only!("contact-id-colon-between", "with a colon between the two ids", &[SYMMETRIC], |a, b| between(a, b, ":")),
    only!("contact-id-comma-between", "with a comma between the two ids", &[SYMMETRIC], |a, b| between(a, b, ",")),
    only!("contact-id-space-between", "with a space between the two ids", &[SYMMETRIC], |a, b| between(a, b, " ")),
    only!("contact-id-newline-between", "with a line feed between the two ids", &[SYMMETRIC], |a, b| between(
        a, b, "\n"
    )),
    only!("contact-id-version-4", "with version 4", &[SYMMETRIC, VERSION], |a, b| version(a, b, Version::Random)),
    only!("contact-id-version-5", "with version 5", &[SYMMETRIC, VERSION], |a, b| version(a, b, Version::Sha1)),
    only!("contact-id-microsoft-variant", "with the variant of Microsoft's GUIDs", &[SYMMETRIC, VARIANT], microsoft),
];

fn is(contact: Contact<'_>, id: fn(&str, &str) -> Uuid) -> bool {
    id(contact.caller, contact.peer) == contact.id
}

fn right(contact: Contact<'_>) -> bool {
    is(contact, unique_conversation_id)
}

/// The smaller of two ids, and the larger.
fn ordered<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str) {
    if a <= b { (a, b) } else { (b, a) }
}

pub(super) fn md5(parts: &[&[u8]]) -> Uuid {
    let mut hash = Md5::new();
    parts.iter().for_each(|part| hash.update(part));
    Builder::from_md5_bytes(hash.finalize().into()).into_uuid()
}

fn unsorted(caller: &str, peer: &str) -> Uuid {
    md5(&[caller.as_bytes(), peer.as_bytes()])
}

fn reverse(a: &str, b: &str) -> Uuid {
    let (smaller, larger) = ordered(a, b);
    md5(&[larger.as_bytes(), smaller.as_bytes()])
}

fn raw16(a: &str, b: &str) -> Uuid {
    let (first, second) = ordered(a, b);
    let bytes = |text: &str| Uuid::try_parse(text).unwrap_or_default().into_bytes();
    md5(&[&bytes(first), &bytes(second)])
}

fn no_hyphens(a: &str, b: &str) -> Uuid {
    unique_conversation_id(&a.replace('-', ""), &b.replace('-', ""))
}

fn upper(a: &str, b: &str) -> Uuid {
    unique_conversation_id(&a.to_uppercase(), &b.to_uppercase())
}

fn sha1(a: &str, b: &str) -> Uuid {
    let (first, second) = ordered(a, b);
    cut(&Sha1::digest([first, second].concat()))
}

fn sha256(a: &str, b: &str) -> Uuid {
    let (first, second) = ordered(a, b);
    cut(&Sha256::digest([first, second].concat()))
}

/// The first 16 bytes of a longer hash.
fn cut(hash: &[u8]) -> Uuid {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash).for_each(|(to, from)| *to = *from);
    stamped(bytes, Version::Md5)
}

fn nil_namespace(a: &str, b: &str) -> Uuid {
    let (first, second) = ordered(a, b);
    md5(&[&[0; 16], first.as_bytes(), second.as_bytes()])
}

fn utf16le(a: &str, b: &str) -> Uuid {
    let (first, second) = ordered(a, b);
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    md5(&[&wide(first), &wide(second)])
}

fn between(a: &str, b: &str, separator: &str) -> Uuid {
    let (first, second) = ordered(a, b);
    md5(&[first.as_bytes(), separator.as_bytes(), second.as_bytes()])
}

fn version(a: &str, b: &str, version: Version) -> Uuid {
    stamped(unique_conversation_id(a, b).into_bytes(), version)
}

pub(super) fn stamped(bytes: [u8; 16], version: Version) -> Uuid {
    Builder::from_bytes(bytes).with_version(version).with_variant(Variant::RFC4122).into_uuid()
}

/// The unchanged hash.
fn plain(a: &str, b: &str) -> [u8; 16] {
    let (first, second) = ordered(a, b);
    Md5::digest([first, second].concat()).into()
}

fn microsoft(a: &str, b: &str) -> Uuid {
    Builder::from_bytes(plain(a, b)).with_version(Version::Md5).with_variant(Variant::Microsoft).into_uuid()
}

/// An id with some bits of a byte cleared.
fn masked(id: Uuid, at: usize, mask: u8) -> Uuid {
    let mut bytes = id.into_bytes();
    if let Some(byte) = bytes.get_mut(at) {
        *byte &= mask;
    }
    Uuid::from_bytes(bytes)
}

/// Whether an id is derived from the two users, ordered by another key.
fn ordered_by<T: PartialOrd>(contact: Contact<'_>, by: impl Fn(&str) -> Option<T>) -> bool {
    let Contact { caller, peer, id } = contact;
    // If the keys are equal, the order stays.
    let (first, second) = if by(caller) > by(peer) { (peer, caller) } else { (caller, peer) };
    md5(&[first.as_bytes(), second.as_bytes()]) == id
}
