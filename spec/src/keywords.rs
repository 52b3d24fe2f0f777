//! The JSON Schema keywords that the spec may use: a closed list.
//!
//! Whoever reads a schema (the constraint list, the printer, the engine's generators) handles each of these and no
//! other. A keyword outside the list is an error at load, so nothing in the documents goes unheard.

/// What a keyword does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Restricts values: somebody must own it.
    Constraint,
    /// Leads to other schemas.
    Structure,
    /// Explains; restricts nothing.
    Annotation,
}

/// A keyword of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keyword {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub role: Role,
}

/// The keywords, by name.
pub const KEYWORDS: &[Keyword] = &[
    // `false` restricts; a schema leads to another.
    Keyword { name: "additionalProperties", role: Role::Constraint },
    Keyword { name: "const", role: Role::Constraint },
    Keyword { name: "default", role: Role::Annotation },
    Keyword { name: "description", role: Role::Annotation },
    Keyword { name: "enum", role: Role::Constraint },
    Keyword { name: "example", role: Role::Annotation },
    Keyword { name: "examples", role: Role::Annotation },
    Keyword { name: "format", role: Role::Constraint },
    Keyword { name: "items", role: Role::Structure },
    Keyword { name: "maxItems", role: Role::Constraint },
    Keyword { name: "maxLength", role: Role::Constraint },
    Keyword { name: "maximum", role: Role::Constraint },
    Keyword { name: "minItems", role: Role::Constraint },
    Keyword { name: "minLength", role: Role::Constraint },
    Keyword { name: "minimum", role: Role::Constraint },
    Keyword { name: "pattern", role: Role::Constraint },
    Keyword { name: "properties", role: Role::Structure },
    Keyword { name: "$ref", role: Role::Structure },
    Keyword { name: "required", role: Role::Constraint },
    Keyword { name: "title", role: Role::Annotation },
    Keyword { name: "type", role: Role::Constraint },
    Keyword { name: "uniqueItems", role: Role::Constraint },
];

/// The formats that the spec may use.
pub const FORMATS: &[&str] = &["date-time", "uuid"];

/// The types of JSON Schema.
pub const TYPES: &[&str] = &["array", "boolean", "integer", "null", "number", "object", "string"];

/// The keyword of a name.
#[must_use]
pub fn keyword(name: &str) -> Option<Keyword> {
    KEYWORDS.iter().copied().find(|keyword| keyword.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_stand_once_each() {
        for (index, keyword) in KEYWORDS.iter().enumerate() {
            assert!(KEYWORDS[index + 1..].iter().all(|other| other.name != keyword.name), "{} twice", keyword.name);
        }
        assert_eq!(keyword("maxLength").map(|k| k.role), Some(Role::Constraint));
        assert_eq!(keyword("maxLenght"), None);
    }
}
