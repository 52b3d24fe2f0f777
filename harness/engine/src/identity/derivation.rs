//! Evaluates the spec's derivation records: the right ones and the near misses.
//!
//! The spec's record decides, not a function of ours: with `--spec`, another record gives other ids.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use md5::{Digest, Md5};
use mixinspec_spec::model::{
    Derivation, Encoding, Fold, FoldItem, Hash, Input, LetterCase, NearMissChange, Order, Parameter, ParameterType,
    Record, VariantBits,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An argument of a derivation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Argument {
    /// One text.
    Text(String),
    /// A list of them.
    List(Vec<String>),
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&[String]> for Argument {
    fn from(list: &[String]) -> Self {
        Self::List(list.to_vec())
    }
}

/// Why no id can be derived.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeriveError {
    /// The text is not a UUID, and the derivation needs one.
    #[error("`{0}` is not a UUID")]
    NotAUuid(String),
    /// There are more or fewer arguments than parameters, or a list where a text is needed.
    #[error("`{name}` needs {wanted} arguments, each as its parameter says, and {given} are given")]
    WrongArguments {
        /// The derivation.
        name: String,
        /// How many parameters it has.
        wanted: usize,
        /// How many arguments there are.
        given: usize,
    },
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

    /// Derives an id from arguments in the order of the parameters; with `near_miss`, the id that this mistake would
    /// give.
    ///
    /// # Errors
    /// When the spec has no such derivation or near miss, or an argument is not what is needed.
    pub fn derive(&self, name: &str, near_miss: Option<&str>, arguments: &[Argument]) -> Result<String, DeriveError> {
        let unknown = |name: &str| DeriveError::Unknown(name.to_owned());
        let derivation = self.all.get(name).ok_or_else(|| unknown(name))?;
        let is_list = |parameter: &Parameter| parameter.kind == ParameterType::Users;
        let fits = |(parameter, argument)| is_list(parameter) == matches!(argument, &Argument::List(_));
        let wanted = derivation.parameters.len();
        if wanted != arguments.len() || !derivation.parameters.iter().zip(arguments).all(fits) {
            return Err(DeriveError::WrongArguments { name: name.to_owned(), wanted, given: arguments.len() });
        }
        let set = match near_miss {
            None => NearMissChange::default(),
            Some(wanted) => {
                let miss = derivation.near_misses.iter().find(|miss| miss.name == wanted);
                miss.ok_or_else(|| unknown(wanted))?.set.clone()
            }
        };
        let Some(fold) = &derivation.fold else {
            let record = derivation.record.as_ref().ok_or_else(|| unknown(name))?.changed(&set);
            return match arguments {
                [Argument::Text(a), Argument::Text(b)] => Ok(pair(&record, a, b)),
                _ => Err(DeriveError::WrongArguments { name: name.to_owned(), wanted: 2, given: arguments.len() }),
            };
        };
        let inner = self.all.get(&fold.with).and_then(|derivation| derivation.record.as_ref());
        let record = inner.ok_or_else(|| unknown(&fold.with))?.changed(&set);
        let named = derivation.parameters.iter().map(|parameter| parameter.name.as_str()).zip(arguments).collect();
        folded(&record, &fold.changed(&set), &named)
    }

    /// The derivation with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Derivation> {
        self.all.get(name)
    }

    /// The names of a derivation's near misses.
    ///
    /// # Errors
    /// When the spec has no such derivation.
    pub fn near_misses(&self, derivation: &str) -> Result<Vec<String>, DeriveError> {
        let derivation = self.all.get(derivation).ok_or_else(|| DeriveError::Unknown(derivation.into()))?;
        Ok(derivation.near_misses.iter().map(|miss| miss.name.clone()).collect())
    }

    /// All derivations, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Derivation)> {
        self.all.iter()
    }
}

/// Arguments by the names of their parameters.
type NamedArguments<'a> = BTreeMap<&'a str, &'a Argument>;

fn folded(record: &Record, fold: &Fold, named: &NamedArguments<'_>) -> Result<String, DeriveError> {
    let mut all = Vec::new();
    for item in fold.start.iter().chain(&fold.then) {
        all.extend(items(item, named)?);
    }
    let mut all = all.into_iter();
    let first = all.next().unwrap_or_default();
    Ok(all.fold(first, |id, item| pair(record, &id, &item)))
}

fn items(item: &FoldItem, named: &NamedArguments<'_>) -> Result<Vec<String>, DeriveError> {
    let sorted = |item: &FoldItem| {
        let mut list = items(item, named)?;
        list.sort();
        Ok(list)
    };
    Ok(match item {
        FoldItem::Parameter(name) => {
            let argument = named.get(name.as_str()).ok_or_else(|| DeriveError::Unknown(name.clone()))?;
            match argument {
                Argument::Text(text) => vec![text.clone()],
                Argument::List(list) => list.clone(),
            }
        }
        FoldItem::Uuid(item) => {
            let uuid = |text: String| match Uuid::try_parse(&text) {
                Ok(uuid) => Ok(uuid.hyphenated().to_string()),
                Err(_) => Err(DeriveError::NotAUuid(text)),
            };
            items(item, named)?.into_iter().map(uuid).collect::<Result<_, _>>()?
        }
        FoldItem::Sorted(item) => sorted(item)?,
        FoldItem::Reversed(item) => sorted(item)?.into_iter().rev().collect(),
        FoldItem::Distinct(item) => {
            let mut list: Vec<String> = sorted(item)?;
            list.dedup();
            list
        }
        FoldItem::Sum(one, other) => [items(one, named)?, items(other, named)?].concat(),
    })
}

/// Evaluates a record over two strings.
#[must_use]
pub fn pair(record: &Record, a: &str, b: &str) -> String {
    let cased = |text: &str| match record.case {
        LetterCase::AsGiven => text.to_owned(),
        LetterCase::Lower => text.to_lowercase(),
        LetterCase::Upper => text.to_uppercase(),
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
        VariantBits::Rfc => bytes[8] = (bytes[8] & 0x3f) | 0x80,
        VariantBits::Microsoft => bytes[8] = (bytes[8] & 0x1f) | 0xc0,
        VariantBits::None => {}
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
