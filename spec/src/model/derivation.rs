//! Derivations: functions that are described as data, so that any language can evaluate them, and their near misses.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FoldItem;

/// A function that the spec defines: either a record, which hashes two strings, or a fold of another derivation.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Derivation {
    /// What it computes, in a sentence.
    pub title: String,
    /// Its parameters, in order.
    pub parameters: Vec<Parameter>,
    /// How two strings become an id; present unless `fold` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
    /// How another derivation is applied step by step; present unless `record` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fold: Option<Fold>,
    /// Plausible wrong versions of this derivation.
    #[serde(default)]
    pub near_misses: Vec<NearMiss>,
}

/// A parameter of a derivation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name, in snake case.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: ParameterType,
}

/// The type of a parameter, which decides the arguments that a derivation is tested with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParameterType {
    /// The id of a user: a UUID.
    User,
    /// A list of user ids.
    Users,
    /// Any other UUID.
    Uuid,
    /// Any text.
    Text,
}

/// How two strings become an id: change their case, turn them into inputs, order them, join them, encode, hash, stamp.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The letter case in which the strings are hashed.
    pub case: LetterCase,
    /// The form in which each string is hashed.
    pub input: Input,
    /// The order in which the two strings are hashed.
    pub order: Order,
    /// The text between the two strings.
    pub separator: String,
    /// The character encoding of text.
    pub encoding: Encoding,
    /// The hash function, whose first 16 bytes are used.
    pub hash: Hash,
    /// The UUID version that is written to the high nibble of byte 6; 0 writes none.
    pub version: u8,
    /// The UUID variant that is written to the high bits of byte 8.
    pub variant: VariantBits,
}

/// The letter case in which the strings are hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LetterCase {
    /// Unchanged.
    AsGiven,
    /// In lower case.
    Lower,
    /// In upper case.
    Upper,
}

/// The form in which each string is hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// The text.
    Text,
    /// The 16 bytes of the UUID; the text if it is not a UUID.
    Raw16,
    /// The text without hyphens.
    NoHyphens,
}

/// How the two strings are ordered before they are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Smaller first, by UTF-8 bytes (which is the order of code points).
    Utf8,
    /// Smaller first, by UTF-16 code units.
    Utf16,
    /// Larger first, by UTF-8 bytes.
    Reverse,
    /// In the order of the arguments.
    None,
}

/// The character encoding of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, little endian, without a byte order mark.
    Utf16le,
    /// ISO 8859-1, with `?` for characters that it lacks.
    Latin1,
}

/// A hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Hash {
    /// MD5 (RFC 1321).
    Md5,
    /// SHA-1 (RFC 3174).
    Sha1,
    /// SHA-256 (RFC 6234).
    Sha256,
    /// MD5 over the 16 bytes of the nil UUID and the text, as in a name-based UUID (RFC 9562).
    Md5NilNamespace,
}

/// The variant bits of a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VariantBits {
    /// 10x, the variant of RFC 9562.
    Rfc,
    /// 110, the variant of Microsoft's legacy GUIDs.
    Microsoft,
    /// No bits are written.
    None,
}

/// A derivation applied step by step: `id = with(start[0], start[1])`, then `id = with(id, x)` for each item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fold {
    /// The derivation that is applied.
    pub with: String,
    /// The two items that it is applied to first.
    pub start: [FoldItem; 2],
    /// The items that follow; a list is applied element by element.
    pub then: Vec<FoldItem>,
}

/// A plausible wrong version of a derivation: the right one with a field changed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NearMiss {
    /// Its name, in kebab case.
    pub name: String,
    /// The mistake, as reports state it: "hashes Latin-1, not UTF-8".
    pub mistake: String,
    /// The fields that differ.
    pub set: NearMissChange,
}

/// The fields of a record or a fold that a near miss changes.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NearMissChange {
    /// Another letter case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<LetterCase>,
    /// Another input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Input>,
    /// Another order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// Another separator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
    /// Another encoding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// Another hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<Hash>,
    /// Another version; 0 writes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u8>,
    /// Another variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<VariantBits>,
    /// Another start of the fold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<[FoldItem; 2]>,
    /// Other items after the start of the fold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<Vec<FoldItem>>,
}

impl Record {
    /// The record with a near miss's changes.
    #[must_use]
    pub fn changed(&self, change: &NearMissChange) -> Self {
        Self {
            case: change.case.unwrap_or(self.case),
            input: change.input.unwrap_or(self.input),
            order: change.order.unwrap_or(self.order),
            separator: change.separator.clone().unwrap_or_else(|| self.separator.clone()),
            encoding: change.encoding.unwrap_or(self.encoding),
            hash: change.hash.unwrap_or(self.hash),
            version: change.version.unwrap_or(self.version),
            variant: change.variant.unwrap_or(self.variant),
        }
    }
}

impl Fold {
    /// The fold with a near miss's changes.
    #[must_use]
    pub fn changed(&self, change: &NearMissChange) -> Self {
        Self {
            with: self.with.clone(),
            start: change.start.clone().unwrap_or_else(|| self.start.clone()),
            then: change.then.clone().unwrap_or_else(|| self.then.clone()),
        }
    }
}
