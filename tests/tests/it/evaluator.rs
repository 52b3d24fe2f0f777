//! A second evaluator of the spec's records, which shares no code with the derivations or the engine's evaluator. It is
//! slow, and follows the record step by step.

use md5::Md5;
use mixinspec_spec::model::{Encoding, Fold, FoldItem, Hash, Input, LetterCase, Order, Record, VariantBits};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// The arguments of a fold.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) owner: String,
    pub(crate) name: String,
    pub(crate) participants: Vec<String>,
    pub(crate) random: String,
}

/// The id of two strings.
pub(crate) fn of_two(record: &Record, a: &str, b: &str) -> String {
    let (a, b) = (with_case(record.case, a), with_case(record.case, b));
    let swapped = match record.order {
        Order::None => false,
        // Code points have the same order as their UTF-8.
        Order::Utf8 => b.chars().lt(a.chars()),
        Order::Reverse => a.chars().lt(b.chars()),
        Order::Utf16 => b.encode_utf16().lt(a.encode_utf16()),
    };
    let (first, second) = if swapped { (b, a) } else { (a, b) };
    let mut bytes = input(record, &first);
    bytes.extend(encoded(record.encoding, &record.separator));
    bytes.extend(input(record, &second));
    let mut id: Vec<u8> = match record.hash {
        Hash::Md5 => Md5::digest(&bytes).to_vec(),
        Hash::Sha1 => Sha1::digest(&bytes).to_vec(),
        Hash::Sha256 => Sha256::digest(&bytes).to_vec(),
        Hash::Md5NilNamespace => Md5::digest([vec![0; 16], bytes].concat()).to_vec(),
    };
    id.truncate(16);
    if record.version != 0 {
        id[6] = id[6] % 16 + record.version * 16;
    }
    match record.variant {
        VariantBits::Rfc => id[8] = id[8] % 64 + 128,
        VariantBits::Microsoft => id[8] = id[8] % 32 + 192,
        VariantBits::None => {}
    }
    let hex: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// The id of a group; `None` if the random id must be a UUID and is not.
pub(crate) fn of_group(fold: &Fold, record: &Record, group: &Group) -> Option<String> {
    let start: Vec<String> =
        fold.start.iter().map(|item| items(item, group)).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
    let [first, second] = &start[..] else { panic!("a fold starts with two strings: {start:?}") };
    let mut id = of_two(record, first, second);
    for item in &fold.then {
        for text in items(item, group)? {
            id = of_two(record, &id, &text);
        }
    }
    Some(id)
}

fn items(item: &FoldItem, group: &Group) -> Option<Vec<String>> {
    let mut sorted = group.participants.clone();
    sorted.sort_by(|a, b| a.chars().cmp(b.chars()));
    // By the text in the spec, not by the program's parser.
    Some(match item.to_string().as_str() {
        "owner" => vec![group.owner.clone()],
        "name" => vec![group.name.clone()],
        "random" => vec![group.random.clone()],
        "uuid(random)" => {
            is_uuid(&group.random).then_some(())?;
            vec![group.random.to_ascii_lowercase()]
        }
        "participants" => group.participants.clone(),
        "sorted(participants)" => sorted,
        "reversed(participants)" => sorted.into_iter().rev().collect(),
        "distinct(participants)" => {
            sorted.dedup();
            sorted
        }
        "sorted(participants + owner)" => {
            sorted.push(group.owner.clone());
            sorted.sort_by(|a, b| a.chars().cmp(b.chars()));
            sorted
        }
        other => panic!("{other} is an item that this evaluator has no form for"),
    })
}

fn with_case(case: LetterCase, text: &str) -> String {
    match case {
        LetterCase::AsGiven => text.to_owned(),
        LetterCase::Lower => text.to_lowercase(),
        LetterCase::Upper => text.to_uppercase(),
    }
}

fn input(record: &Record, text: &str) -> Vec<u8> {
    match record.input {
        Input::Raw16 if is_uuid(text) => {
            let digits = text.replace('-', "");
            (0..16).map(|index| u8::from_str_radix(&digits[index * 2..index * 2 + 2], 16).unwrap()).collect()
        }
        Input::NoHyphens => encoded(record.encoding, &text.replace('-', "")),
        Input::Text | Input::Raw16 => encoded(record.encoding, text),
    }
}

fn encoded(encoding: Encoding, text: &str) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf16le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Latin1 => text.chars().map(|character| u8::try_from(character as u32).unwrap_or(b'?')).collect(),
    }
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.chars().all(|character| character.is_ascii_hexdigit()))
}
