//! Evaluates the spec's derivation records, right ones and near misses alike.
//!
//! The record is the truth here, not a function of ours: with `--spec` another record gives other ids.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use md5::{Digest, Md5};
use mixinspec_spec::model::{Case, Derivation, Encoding, Fold, FoldItem, Hash, Input, Order, Record, Variant};
use uuid::Uuid;

/// The derivation of two users' conversation.
pub const UNIQUE: &str = "unique_conversation_id";
/// The derivation of a group's id.
pub const GROUP: &str = "group_conversation_id";

/// What stands in the way of an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeriveError {
    /// The random id is no UUID.
    #[error("`{0}` is not a UUID")]
    NotAUuid(String),
    /// The spec has no such derivation or near miss.
    #[error("the spec has no derivation or near miss `{0}`")]
    Unknown(String),
}

/// The derivations of a spec.
#[derive(Debug, Clone)]
pub struct Derivations {
    all: BTreeMap<String, Derivation>,
}

impl Derivations {
    /// The derivations of a spec's document.
    #[must_use]
    pub fn new(all: BTreeMap<String, Derivation>) -> Self {
        Self { all }
    }

    /// The id of the conversation of two users; with a near miss's name, what that mistake gives.
    ///
    /// # Errors
    /// When the spec has no such derivation or near miss.
    pub fn unique(&self, near_miss: Option<&str>, a: &str, b: &str) -> Result<String, DeriveError> {
        let record = self.record(UNIQUE, near_miss)?;
        Ok(pair(&record, a, b))
    }

    /// The id of a group; with a near miss's name, what that mistake gives.
    ///
    /// # Errors
    /// When the random id is no UUID where one is needed, or the spec has no such derivation or near miss.
    pub fn group(
        &self,
        near_miss: Option<&str>,
        owner: &str,
        name: &str,
        participants: &[String],
        random: &str,
    ) -> Result<String, DeriveError> {
        let derivation = self.all.get(GROUP).ok_or_else(|| DeriveError::Unknown(GROUP.into()))?;
        let fold = derivation.fold.as_ref().ok_or_else(|| DeriveError::Unknown(GROUP.into()))?;
        let inner = self.all.get(&fold.with).and_then(|d| d.record.as_ref());
        let mut record = inner.ok_or_else(|| DeriveError::Unknown(fold.with.clone()))?.clone();
        let mut fold = fold.clone();
        if let Some(name) = near_miss {
            let miss = derivation.near_misses.iter().find(|miss| miss.name == name);
            let miss = miss.ok_or_else(|| DeriveError::Unknown(name.into()))?;
            record = record.changed(&miss.set);
            fold = fold.changed(&miss.set);
        }
        let arguments = GroupArguments { owner, name, participants, random };
        folded(&record, &fold, &arguments)
    }

    /// The names of a derivation's near misses.
    ///
    /// # Errors
    /// When the spec has no such derivation.
    pub fn near_misses(&self, derivation: &str) -> Result<Vec<String>, DeriveError> {
        let derivation = self.all.get(derivation).ok_or_else(|| DeriveError::Unknown(derivation.into()))?;
        Ok(derivation.near_misses.iter().map(|miss| miss.name.clone()).collect())
    }

    /// The derivations by name.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Derivation)> {
        self.all.iter()
    }

    fn record(&self, name: &str, near_miss: Option<&str>) -> Result<Record, DeriveError> {
        let derivation = self.all.get(name).ok_or_else(|| DeriveError::Unknown(name.into()))?;
        let record = derivation.record.as_ref().ok_or_else(|| DeriveError::Unknown(name.into()))?;
        match near_miss {
            None => Ok(record.clone()),
            Some(wanted) => {
                let miss = derivation.near_misses.iter().find(|miss| miss.name == wanted);
                miss.map(|miss| record.changed(&miss.set)).ok_or_else(|| DeriveError::Unknown(wanted.into()))
            }
        }
    }
}

struct GroupArguments<'a> {
    owner: &'a str,
    name: &'a str,
    participants: &'a [String],
    random: &'a str,
}

fn folded(record: &Record, fold: &Fold, arguments: &GroupArguments<'_>) -> Result<String, DeriveError> {
    let mut start = Vec::new();
    for item in fold.start {
        start.extend(items(item, arguments)?);
    }
    let mut rest = Vec::new();
    for item in &fold.then {
        rest.extend(items(*item, arguments)?);
    }
    let mut all = start.into_iter().chain(rest);
    let first = all.next().unwrap_or_default();
    Ok(all.fold(first, |id, item| pair(record, &id, &item)))
}

fn items(item: FoldItem, arguments: &GroupArguments<'_>) -> Result<Vec<String>, DeriveError> {
    let sorted = |mut list: Vec<String>| {
        list.sort();
        list
    };
    Ok(match item {
        FoldItem::Owner => vec![arguments.owner.to_owned()],
        FoldItem::Name => vec![arguments.name.to_owned()],
        FoldItem::Random => vec![arguments.random.to_owned()],
        FoldItem::UuidRandom => {
            let uuid = Uuid::try_parse(arguments.random).map_err(|_| DeriveError::NotAUuid(arguments.random.into()))?;
            vec![uuid.hyphenated().to_string()]
        }
        FoldItem::Participants => arguments.participants.to_vec(),
        FoldItem::SortedParticipants => sorted(arguments.participants.to_vec()),
        FoldItem::ReversedParticipants => sorted(arguments.participants.to_vec()).into_iter().rev().collect(),
        FoldItem::DistinctParticipants => {
            let mut list = sorted(arguments.participants.to_vec());
            list.dedup();
            list
        }
        FoldItem::SortedParticipantsAndOwner => {
            let mut list = arguments.participants.to_vec();
            list.push(arguments.owner.to_owned());
            sorted(list)
        }
    })
}

/// Evaluates a record over two strings.
#[must_use]
pub fn pair(record: &Record, a: &str, b: &str) -> String {
    let cased = |text: &str| match record.case {
        Case::AsGiven => text.to_owned(),
        Case::Lower => text.to_lowercase(),
        Case::Upper => text.to_uppercase(),
    };
    let (a, b) = (cased(a), cased(b));
    let swap = match record.order {
        Order::None => false,
        Order::Utf8 => a > b,
        Order::Reverse => a < b,
        Order::Utf16 => a.encode_utf16().gt(b.encode_utf16()),
    };
    let (first, second) = if swap { (b, a) } else { (a, b) };
    let mut bytes = input(record, &first);
    bytes.extend(encoded(record.encoding, &record.separator));
    bytes.extend(input(record, &second));
    stamped(record, hashed(record.hash, &bytes))
}

fn input(record: &Record, text: &str) -> Vec<u8> {
    match record.input {
        Input::Text => encoded(record.encoding, text),
        Input::NoHyphens => encoded(record.encoding, &text.replace('-', "")),
        Input::Raw16 => match Uuid::try_parse(text) {
            Ok(uuid) => uuid.as_bytes().to_vec(),
            Err(_) => encoded(record.encoding, text),
        },
    }
}

fn encoded(encoding: Encoding, text: &str) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf16le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Latin1 => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect(),
    }
}

fn hashed(hash: Hash, bytes: &[u8]) -> [u8; 16] {
    let mut out = [0; 16];
    match hash {
        Hash::Md5 => out.copy_from_slice(&Md5::digest(bytes)),
        Hash::Md5NilNamespace => {
            let mut hasher = Md5::new();
            hasher.update([0; 16]);
            hasher.update(bytes);
            out.copy_from_slice(&hasher.finalize());
        }
        Hash::Sha1 => out.copy_from_slice(&sha1::Sha1::digest(bytes)[..16]),
        Hash::Sha256 => out.copy_from_slice(&sha2::Sha256::digest(bytes)[..16]),
    }
    out
}

fn stamped(record: &Record, mut bytes: [u8; 16]) -> String {
    if record.version != 0 {
        bytes[6] = (bytes[6] & 0x0f) | (record.version << 4);
    }
    match record.variant {
        Variant::Rfc => bytes[8] = (bytes[8] & 0x3f) | 0x80,
        Variant::Microsoft => bytes[8] = (bytes[8] & 0x1f) | 0xc0,
        Variant::None => {}
    }
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
