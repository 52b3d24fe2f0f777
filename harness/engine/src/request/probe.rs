//! Requests around a schema constraint: accepted at the bound, refused past it.
//!
//! A refused probe is wrong under every reading of the constraint: what some correct server might take for right
//! (a UUID in braces, a string that looks like a number) is not tried.

use mixinspec_spec::model::{Derived, Probe as Sizes};
use regex::Regex;
use serde_json::{Value, json};

use crate::cel::{Expression, ExpressionError};
use crate::request::make::Change;

/// One request around a constraint.
#[derive(Debug)]
pub struct ProbeRequest {
    /// Its name within the requirement.
    pub name: String,
    /// Whether it is accepted.
    pub accepted: bool,
    /// How the request differs from the family's.
    pub change: Change,
}

/// The constraint that is probed.
#[derive(Debug, Clone, Copy)]
pub struct Probed<'a> {
    /// The keyword.
    pub keyword: &'a str,
    /// The keyword's value.
    pub value: &'a Value,
    /// The schema that the keyword stands in.
    pub schema: &'a Value,
    /// Where in the request: a JSON pointer, `*` for every element; for `required`, the member's own place.
    pub instance: &'a str,
}

/// The plain request that probes change.
#[derive(Debug, Clone, Copy)]
pub struct Plain<'a> {
    /// The plain request.
    pub base: &'a Value,
    /// The list whose elements are users: its size is set before users are given to it.
    pub user_list: Option<&'a str>,
    /// Whether the list of users holds exactly one.
    pub one_user: bool,
}

/// The keywords that restrict a text in something other than its length.
const FORMS: [&str; 4] = ["pattern", "format", "enum", "const"];

/// The number of users in a list of which a later element is wrong, and the index of that element.
const OF: usize = 3;
const LATER: usize = 2;

/// The requests around a constraint.
///
/// # Errors
/// When one of our own expressions is not CEL, which would be our mistake.
pub fn probes(
    target: Probed<'_>,
    sizes: Option<&Sizes>,
    plain: Plain<'_>,
) -> Result<Vec<ProbeRequest>, ExpressionError> {
    let mut all = Vec::new();
    let first = target.instance.replace("/*", "/0");
    for (at, later) in [(first, false), (target.instance.replace("/*", &format!("/{LATER}")), true)] {
        // A server may check every element of a list, or only the first.
        let in_users = plain.user_list.is_some_and(|list| target.instance.starts_with(&format!("{list}/*")));
        if later && (!in_users || plain.one_user) {
            continue;
        }
        let site = ProbeSite { label: if later { format!("{}-later", label(&at)) } else { label(&at) }, at, later };
        let found = site.probes(target, sizes, plain)?;
        // One probe shows whether a later element is checked; the first element gets all of them.
        all.extend(found.into_iter().take(if later { 1 } else { usize::MAX }));
    }
    Ok(all)
}

/// One place in a request that is probed.
struct ProbeSite {
    at: String,
    label: String,
    later: bool,
}

impl ProbeSite {
    fn change(&self) -> Change {
        Change { user_count: self.later.then_some(OF), ..Change::default() }
    }

    /// A probe with another value, or with the member removed.
    fn is(&self, name: &str, accepted: bool, value: Option<Value>) -> ProbeRequest {
        let change = Change { replace: Some((self.at.clone(), value)), ..self.change() };
        ProbeRequest { name: format!("{}-{name}", self.label), accepted, change }
    }

    /// A probe with the right value written in a wrong way (`@` stands for the value); nothing else is wrong with the
    /// request.
    fn written(&self, name: &str, how: &str) -> Result<ProbeRequest, ExpressionError> {
        let set = vec![(self.at.clone(), Expression::compile(&how.replace('@', &variable(&self.at)))?)];
        let change = Change { set, needs: Some(self.at.clone()), derived: Derived::Clean, ..self.change() };
        Ok(ProbeRequest { name: format!("{}-{name}", self.label), accepted: false, change })
    }

    fn probes(
        &self,
        target: Probed<'_>,
        sizes: Option<&Sizes>,
        plain: Plain<'_>,
    ) -> Result<Vec<ProbeRequest>, ExpressionError> {
        Ok(match target.keyword {
            "required" => vec![self.is("missing", false, None)],
            "type" => self.of_wrong_type(target, plain)?,
            "enum" => wrong_words(target.value)
                .into_iter()
                .map(|(name, word)| self.is(&format!("is-{name}"), false, Some(json!(word))))
                .collect(),
            "format" if target.value == "uuid" => self.no_uuid(plain)?,
            "pattern" => {
                let pattern = target.value.as_str().and_then(|pattern| Regex::new(pattern).ok());
                let texts = ["not-a-uuid", "928c5c40-769c-3e97-8387-fb1ae064531g", "", " "].into_iter().enumerate();
                let fits = |text: &str| pattern.as_ref().is_none_or(|pattern| pattern.is_match(text));
                let unfit = texts.filter(|(_, text)| !fits(text)).take(2);
                unfit.map(|(at, text)| self.is(&format!("pattern-{at}"), false, Some(json!(text)))).collect()
            }
            "maxLength" | "minLength" | "maxItems" | "minItems" | "maximum" | "minimum" => {
                self.sized(target, sizes, plain)
            }
            _ => Vec::new(),
        })
    }

    fn of_wrong_type(&self, target: Probed<'_>, plain: Plain<'_>) -> Result<Vec<ProbeRequest>, ExpressionError> {
        let wrong = wrong_types(target.value).into_iter();
        let mut probes: Vec<ProbeRequest> =
            wrong.map(|(name, value)| self.is(&format!("is-{name}"), false, Some(value))).collect();
        let is_there = plain.base.pointer(&self.at).is_some();
        if is_there && !self.at.is_empty() && !allows(target.value, "array") {
            probes.push(self.written("is-in-a-list", "[@]")?);
        }
        if is_there && *target.value == "array" {
            probes.push(self.written("is-its-first-element", "@[0]")?);
        }
        Ok(probes)
    }

    /// Texts that are no UUIDs, and the right one with something wrong about it.
    fn no_uuid(&self, plain: Plain<'_>) -> Result<Vec<ProbeRequest>, ExpressionError> {
        let wrong = [
            ("text", "not-a-uuid"),
            ("empty", ""),
            ("short", "928c5c40-769c-3e97-8387-fb1ae064531"),
            ("not-hexadecimal", "928c5c40-769c-3e97-8387-fb1ae064531g"),
            ("of-hyphens", "------------------------------------"),
        ];
        let wrong = wrong.into_iter();
        let mut probes: Vec<ProbeRequest> =
            wrong.map(|(name, text)| self.is(&format!("is-{name}"), false, Some(json!(text)))).collect();
        if plain.base.pointer(&self.at).is_some() {
            let digits = "replaced(@, '-', '')";
            let moved = format!("take(@, 7) + '-' + drop({digits}, 7)");
            let groups = format!(
                "take({digits}, 7) + '-' + take(drop({digits}, 7), 5) + '-' + take(drop({digits}, 12), 4) + '-' + \
                 take(drop({digits}, 16), 4) + '-' + drop({digits}, 20)"
            );
            let written = [
                ("after-text", "'x' + @"),
                ("before-text", "@ + 'x'"),
                ("before-line-feed", "@ + '\\n'"),
                ("with-a-hyphen-elsewhere", &moved),
                ("with-other-groups", &groups),
                ("with-a-digit-more", "@ + '0'"),
                ("after-a-space", "' ' + @"),
                ("with-a-digit-of-another-script", "'１' + drop(@, 1)"),
                ("with-hyphens-of-another-kind", "replaced(@, '-', '\u{2010}')"),
                ("with-underscores", "replaced(@, '-', '_')"),
                ("with-an-invisible-character", "take(@, 8) + '\u{200b}' + drop(@, 8)"),
            ];
            for (name, how) in written {
                probes.push(self.written(name, how)?);
            }
        }
        Ok(probes)
    }

    fn sized(&self, target: Probed<'_>, sizes: Option<&Sizes>, plain: Plain<'_>) -> Vec<ProbeRequest> {
        let Some(bound) = target.value.as_i64() else { return Vec::new() };
        let outward = if target.keyword.starts_with("max") { 1 } else { -1 };
        let (accepted, refused) = match sizes {
            Some(sizes) => (sizes.accepted.clone(), sizes.refused.clone()),
            None => (vec![bound], vec![bound + outward]),
        };
        let sized = |size: i64, accepted: bool| {
            let count = usize::try_from(size).ok()?;
            Some(match target.keyword {
                // No text of another length is known that also has the required form.
                "maxLength" | "minLength" if FORMS.iter().any(|form| target.schema.get(form).is_some()) => return None,
                // A list that repeats its elements is wrong for another reason.
                "maxItems" | "minItems" if count > 1 && target.schema.get("uniqueItems") == Some(&json!(true)) => {
                    return None;
                }
                "maxLength" | "minLength" => {
                    // Each has more bytes than characters, and is longer still as HTML.
                    let text: String = "漢&".chars().cycle().take(count).collect();
                    self.is(&format!("of-{size}-characters"), accepted, Some(json!(text)))
                }
                "maxItems" | "minItems" if Some(self.at.as_str()) == plain.user_list => ProbeRequest {
                    name: format!("{}-of-{size}", self.label),
                    accepted,
                    change: Change { user_count: Some(count), ..Change::default() },
                },
                "maxItems" | "minItems" => {
                    // Elements that are right: the plain request's, over and over.
                    let elements = plain.base.pointer(&self.at).and_then(Value::as_array);
                    let elements = elements.filter(|all| !all.is_empty() || count == 0)?;
                    let list: Vec<&Value> = elements.iter().cycle().take(count).collect();
                    self.is(&format!("of-{size}"), accepted, Some(json!(list)))
                }
                _ => self.is(&format!("of-{size}"), accepted, Some(json!(size))),
            })
        };
        let accepted = accepted.into_iter().filter_map(|size| sized(size, true));
        accepted.chain(refused.into_iter().filter_map(|size| sized(size, false))).collect()
    }
}

/// The expression for the value at a pointer.
fn variable(at: &str) -> String {
    let part = |part: &str| if part.parse::<usize>().is_ok() { format!("[{part}]") } else { format!(".{part}") };
    at.split('/').skip(1).map(part).fold("request".to_owned(), |path, part| path + &part)
}

/// Whether a constraint on types allows one.
fn allows(allowed: &Value, name: &str) -> bool {
    match allowed {
        Value::String(one) => one == name,
        Value::Array(many) => many.iter().any(|one| one == name),
        _ => true,
    }
}

/// What a probe's name begins with: the member, or `participants-item` for an element.
fn label(at: &str) -> String {
    let mut parts = at.rsplit('/');
    match parts.next() {
        None | Some("") => "body".into(),
        Some(last) if last.parse::<usize>().is_ok() => format!("{}-item", parts.next().unwrap_or_default()),
        Some(last) => last.replace('_', "-"),
    }
}

/// A value of every type that the constraint does not allow, and that no lenient reader turns into an allowed one:
/// text in place of a number or the reverse is left out where it could be read as such.
fn wrong_types(allowed: &Value) -> Vec<(&'static str, Value)> {
    let candidates = [
        ("null", "null", Value::Null),
        ("number", "number", json!(1)),
        ("true", "boolean", json!(true)),
        ("text", "string", json!("text")),
        ("array", "array", json!([])),
        ("object", "object", json!({})),
    ];
    candidates
        .into_iter()
        .filter(|(_, kind, _)| !allows(allowed, kind) && (*kind != "number" || !allows(allowed, "integer")))
        .map(|(name, _, value)| (name, value))
        .collect()
}

/// Words that an enum does not have, each with a name: another letter case, white space, a longer word, an unknown one.
fn wrong_words(words: &Value) -> Vec<(&'static str, String)> {
    let words: Vec<&str> = words.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let Some(first) = words.iter().find(|word| !word.is_empty()) else { return Vec::new() };
    let lower = first.to_lowercase();
    let capital: String = first.chars().take(1).chain(lower.chars().skip(1)).collect();
    let candidates = [
        ("in-lower-case", lower),
        ("capitalized", capital),
        ("before-a-space", format!("{first} ")),
        ("after-a-space", format!(" {first}")),
        ("a-longer-word", format!("{first}S")),
        ("unknown", "UNKNOWN".to_owned()),
        ("empty", String::new()),
    ];
    candidates.into_iter().filter(|(_, word)| !words.contains(&word.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(keyword: &str, value: Value, instance: &str) -> Vec<(String, bool)> {
        let target = Probed { keyword, value: &value, schema: &Value::Null, instance };
        let base = json!({"participants": [{"role": "", "user_id": "x"}]});
        let plain = Plain { base: &base, user_list: Some("/participants"), one_user: false };
        let all = probes(target, None, plain).expect("CEL");
        all.into_iter().map(|probe| (probe.name, probe.accepted)).collect()
    }

    const ROLE: &str = "/participants/*/role";

    #[test]
    fn no_probe_that_is_refused_fits_the_constraint() {
        let types: Vec<String> = names("type", json!(["string", "null"]), ROLE).into_iter().map(|it| it.0).collect();
        assert_eq!(
            types,
            [
                "role-is-number",
                "role-is-true",
                "role-is-array",
                "role-is-object",
                "role-is-in-a-list",
                "role-later-is-number"
            ]
        );
        let words: Vec<String> = names("enum", json!(["", "ADMIN"]), ROLE).into_iter().map(|(name, _)| name).collect();
        assert!(!words.contains(&"role-is-empty".to_owned()) && words.contains(&"role-is-capitalized".to_owned()));
    }

    #[test]
    fn a_bound_is_probed_on_both_sides() {
        let seen = names("maxLength", json!(512), "/name");
        assert_eq!(seen, [("name-of-512-characters".into(), true), ("name-of-513-characters".into(), false)]);
    }

    #[test]
    fn a_later_element_is_wrong_too() {
        let seen: Vec<String> =
            names("required", json!("user_id"), "/participants/*/user_id").into_iter().map(|it| it.0).collect();
        assert_eq!(seen, ["user-id-missing", "user-id-later-missing"]);
    }

    #[test]
    fn names_are_different() {
        for (keyword, value) in
            [("enum", json!(["GROUP", "CONTACT"])), ("format", json!("uuid")), ("type", json!("array"))]
        {
            let mut seen = names(keyword, value, "/participants/*/user_id");
            let all = seen.len();
            seen.sort();
            seen.dedup();
            assert!(all > 0 && seen.len() == all);
        }
    }

    #[test]
    fn what_is_right_is_named_by_its_place() {
        assert_eq!(variable("/participants/2/user_id"), "request.participants[2].user_id");
    }
}
