//! Suggestions for mistyped names: the nearest name that exists.

/// The most edits (insertions, removals, replacements of a character) at which a name is still proposed.
const MOST_EDITS: usize = 2;

/// The name that is nearest to `name`, where one is near.
pub(crate) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = MOST_EDITS.min(name.chars().count().saturating_sub(1));
    names
        .into_iter()
        .map(|candidate| (edits(name, candidate), candidate))
        .filter(|(edits, _)| *edits <= most)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Advice on an unknown name: the one that was probably meant, or else all names.
pub(crate) fn advice<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    match nearest(name, names.iter().copied()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None if names.is_empty() => "there is none".to_owned(),
        None => format!("there are: {}", names.join(", ")),
    }
}

fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("", "ab"), 2);
        assert_eq!(edits("é", "e"), 1);
        assert_eq!(edits("same", "same"), 0);
    }

    #[test]
    fn only_a_near_name_is_proposed() {
        assert_eq!(nearest("grup", ["contact", "group"]), Some("group"));
        assert_eq!(nearest("other", ["contact", "group"]), None);
        assert_eq!(nearest("x", ["y"]), None, "replacing all of a name is no typing error");
        assert_eq!(advice("other", ["contact", "group"]), "there are: contact, group");
        assert_eq!(advice("other", []), "there is none");
    }
}
