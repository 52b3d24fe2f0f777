//! The functions with which a caller derives the id of a conversation.
//!
//! The spec defines them as records (`derivations` in `spec/requirements.yaml`), which any language can evaluate;
//! these are the same functions for Rust, written for speed.

use std::fmt;

use md5::{Digest, Md5};
use uuid::{Builder, Uuid};

use crate::UuidText;

/// The id of the conversation of two users.
///
/// It is the MD5 of the two strings, the smaller one (by UTF-8 bytes) first, with the version 3 and the variant of
/// RFC 9562 stamped on it. It has no namespace, so it is not the name-based UUID that `Uuid::new_v3` makes. The
/// order of the arguments makes no difference, and a user has a conversation with themselves too.
///
/// ```
/// use mixinspec_types::unique_conversation_id;
///
/// let (a, b) = ("8dcf823d-9eb3-4da2-8734-f0aad50c0da6", "e8e5b807-fa8b-455a-8dfa-b189d28310ff");
/// assert_eq!(unique_conversation_id(a, b).to_string(), "718dc74c-5dc9-3190-a0d4-3affdca2680a");
/// assert_eq!(unique_conversation_id(b, a), unique_conversation_id(a, b));
/// ```
///
/// The texts are hashed as they are, and user ids are lower case in Mixin. Lower other ids first; otherwise the id
/// differs, and the API refuses it:
///
/// ```
/// # use mixinspec_types::unique_conversation_id;
/// let (a, b) = ("8DCF823D-9EB3-4DA2-8734-F0AAD50C0DA6", "E8E5B807-FA8B-455A-8DFA-B189D28310FF");
/// assert_eq!(unique_conversation_id(a, b).to_string(), "7457ae3a-996c-30ab-9d1e-2f6d42b6345d");
/// assert_eq!(
///     unique_conversation_id(&a.to_ascii_lowercase(), &b.to_ascii_lowercase()).to_string(),
///     "718dc74c-5dc9-3190-a0d4-3affdca2680a",
/// );
/// ```
#[must_use]
#[inline]
pub fn unique_conversation_id(a: &str, b: &str) -> Uuid {
    let (first, second) = if a <= b { (a, b) } else { (b, a) };
    let mut hash = Md5::new();
    hash.update(first);
    hash.update(second);
    Builder::from_md5_bytes(hash.finalize().into()).into_uuid()
}

/// The id of a group, since 2026.
///
/// [`unique_conversation_id`] is applied step by step: to owner and name, then to the result and `random` in lower
/// case, then to the result and each of the participants in sorted order. The owner is not one of the participants;
/// a participant named twice counts twice; the name is taken as it is.
///
/// ```
/// use mixinspec_types::group_conversation_id;
///
/// let id = group_conversation_id(
///     "c8cb0ac7-d456-4341-be66-0b143aa09922",
///     "Mixin Rocks",
///     &[
///         "f937ca18-d1ff-46f5-99e8-e23fbd6fd5f2",
///         "0e0a20c8-31b8-4093-81b8-9cebd9bc8afc",
///         "8391e472-cdbe-4704-be1f-7d184635b885",
///         "831fdb67-13ed-4dc5-ac64-dda89aeda2bb",
///         "f7ff9dde-18c2-4375-8097-b364068b120e",
///         "088c1e3e-1f07-4065-85b5-6b49b4370d32",
///     ],
///     "01d21e2c-76f5-4940-8ea0-9b7f21728674",
/// )?;
/// assert_eq!(id.to_string(), "5dac944e-2037-31b4-bbd9-e5fd3ffe571e");
/// # Ok::<(), mixinspec_types::NotAUuid>(())
/// ```
///
/// # Errors
///
/// When `random` is not a hyphenated UUID.
pub fn group_conversation_id(
    owner: &str,
    name: &str,
    participants: &[impl AsRef<str>],
    random: &str,
) -> Result<Uuid, NotAUuid> {
    let random = UuidText::try_from(random).map_err(|_| NotAUuid { text: random.to_owned() })?.uuid();
    let mut sorted: Vec<&str> = participants.iter().map(AsRef::as_ref).collect();
    sorted.sort_unstable();

    let mut text = Uuid::encode_buffer();
    let random = random.hyphenated().encode_lower(&mut text);
    let mut id = then(unique_conversation_id(owner, name), random);
    for participant in sorted {
        id = then(id, participant);
    }
    Ok(id)
}

/// One step of a fold.
fn then(id: Uuid, item: &str) -> Uuid {
    unique_conversation_id(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()), item)
}

/// The random id of a group is not a hyphenated UUID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAUuid {
    text: String,
}

impl NotAUuid {
    /// The text that is not a hyphenated UUID.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for NotAUuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a hyphenated UUID", self.text)
    }
}

impl std::error::Error for NotAUuid {}
