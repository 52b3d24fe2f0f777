//! The problems of the spec documents, each with its code, its message and its advice.

mod label;

use miette::Diagnostic;
use thiserror::Error;

/// A problem of the spec documents.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
#[non_exhaustive]
pub enum Problem {
    /// A document that cannot be read.
    #[error("cannot read {path}: {reason}")]
    #[diagnostic(code(spec::unreadable_file), help("{todo}"))]
    UnreadableFile {
        /// The path, relative to the spec's folder.
        path: String,
        /// Why.
        reason: String,
        /// What to do.
        todo: String,
    },
    /// Text that is not YAML.
    #[error("not YAML: {reason}")]
    #[diagnostic(
        code(spec::yaml_syntax),
        help(
            "look at this line and at the one before it: indentation, an unclosed bracket or quote, a `:` in plain text"
        )
    )]
    YamlSyntax {
        /// What the reader says.
        reason: String,
    },
    /// A member that the format does not know.
    #[error("unknown member `{name}`")]
    #[diagnostic(code(spec::unknown_member), help("{todo}"))]
    UnknownMember {
        /// Its name.
        name: String,
        /// What to do.
        todo: String,
    },
    /// A member that has to be there.
    #[error("the member `{name}` is missing")]
    #[diagnostic(code(spec::missing_member), help("add `{name}:` to it"))]
    MissingMember {
        /// Its name.
        name: String,
    },
    /// The same key twice in a map.
    #[error("`{name}` stands twice")]
    #[diagnostic(code(spec::duplicate_key), help("keep one of the two"))]
    DuplicateKey {
        /// The key.
        name: String,
    },
    /// A value of another type, or outside a closed list.
    #[error("{reason}")]
    #[diagnostic(code(spec::wrong_value), help("{todo}"))]
    WrongValue {
        /// What the reader says.
        reason: String,
        /// What to do.
        todo: String,
    },
    /// A JSON Schema keyword outside the closed list.
    #[error("unknown keyword `{name}` at {pointer}")]
    #[diagnostic(code(spec::unknown_keyword), help("{todo}"))]
    UnknownKeyword {
        /// The keyword.
        name: String,
        /// Where, as a pointer into the document.
        pointer: String,
        /// What to do.
        todo: String,
    },
    /// A pointer that leads nowhere.
    #[error("{pointer} leads nowhere in {document}")]
    #[diagnostic(code(spec::dangling_pointer), help("{todo}"))]
    DanglingPointer {
        /// The pointer.
        pointer: String,
        /// The document that it points into.
        document: String,
        /// What to do.
        todo: String,
    },
    /// A constraint with more than one owner.
    #[error("the constraint {pointer} has {} owners: {}", owners.len(), owners.join(", "))]
    #[diagnostic(
        code(spec::several_owners),
        help("leave it to one of them; a pointer to a schema stands for every constraint in it")
    )]
    SeveralOwners {
        /// The constraint.
        pointer: String,
        /// Who names it, and where.
        owners: Vec<String>,
    },
    /// A claim on something that restricts nothing.
    #[error("{pointer} is no constraint of {document}")]
    #[diagnostic(
        code(spec::owns_nothing),
        help("name a keyword that restricts a body, an element of `required`, or a schema that has one")
    )]
    OwnsNothing {
        /// The pointer.
        pointer: String,
        /// The document that it points into.
        document: String,
    },
    /// A schema that requests and answers share.
    #[error("{pointer} restricts requests and answers alike")]
    #[diagnostic(
        code(spec::both_directions),
        help("write one schema for requests and one for answers: they are checked in different ways")
    )]
    BothDirections {
        /// The constraint.
        pointer: String,
    },
    /// A constraint without an owner.
    #[error("nobody owns the constraint {pointer}")]
    #[diagnostic(
        code(spec::no_owner),
        help(
            "name it in the `constraint` of the requirement that says so, or of a reading where both ways are allowed"
        )
    )]
    NoOwner {
        /// The constraint.
        pointer: String,
    },
    /// A schema that is not part of any body.
    #[error("no body contains the schema {name}")]
    #[diagnostic(code(spec::unreached_schema), help("refer to it, or remove it: what it demands is never checked"))]
    UnreachedSchema {
        /// Its name.
        name: String,
    },
    /// A name that nothing has.
    #[error("unknown {kind} `{name}`")]
    #[diagnostic(code(spec::unknown_name), help("{todo}"))]
    UnknownName {
        /// What it would be the name of.
        kind: &'static str,
        /// The name.
        name: String,
        /// What to do.
        todo: String,
    },
    /// A name that two things have.
    #[error("{kind} `{name}` stands twice; first in line {first}")]
    #[diagnostic(code(spec::duplicate_name), help("{todo}"))]
    DuplicateName {
        /// What it is the name of.
        kind: &'static str,
        /// The name.
        name: String,
        /// The line where it stands first.
        first: usize,
        /// What to do.
        todo: &'static str,
    },
    /// A name in another form than the spec's names have.
    #[error("{kind} `{name}` is not in {form}")]
    #[diagnostic(code(spec::name_form), help("write {todo}"))]
    NameForm {
        /// What it is the name of.
        kind: &'static str,
        /// The name.
        name: String,
        /// The form that such names have.
        form: &'static str,
        /// How to write it.
        todo: String,
    },
    /// None or several of the members of which there must be one.
    #[error("{subject} has {}", these(what, found))]
    #[diagnostic(code(spec::not_one), help("write exactly one of {choices}"))]
    NotOne {
        /// What has them.
        subject: String,
        /// What each of them would be.
        what: &'static str,
        /// The members of which there must be one.
        choices: &'static str,
        /// Those that are there.
        found: Vec<&'static str>,
    },
    /// Something that belongs to no edition.
    #[error("`{name}` belongs to no edition")]
    #[diagnostic(code(spec::no_edition), help("list the editions in which it holds; there are: {editions}"))]
    NoEdition {
        /// Its name.
        name: String,
        /// The editions.
        editions: String,
    },
    /// A map of levels that lacks one of the editions.
    #[error("`{name}` has no level in edition {edition}")]
    #[diagnostic(
        code(spec::missing_level),
        help("add `\"{edition}\": must` (or should, or may), or take the edition out of `editions`")
    )]
    MissingLevel {
        /// The requirement.
        name: String,
        /// The edition.
        edition: String,
    },
    /// Something said of an edition that its owner does not belong to.
    #[error("`{name}` does not belong to edition {edition}")]
    #[diagnostic(code(spec::stray_edition), help("remove it here, or add the edition to `editions`"))]
    StrayEdition {
        /// The requirement.
        name: String,
        /// The edition.
        edition: String,
    },
    /// A statement without a source.
    #[error("`{name}` quotes no source")]
    #[diagnostic(code(spec::no_source), help("add `{{document: NAME, quote: \"…\"}}`; there are: {sources}"))]
    NoSource {
        /// The requirement or reading.
        name: String,
        /// The sources.
        sources: String,
    },
    /// A statement without a source that applies to one of its editions.
    #[error("`{name}` quotes no source that speaks of edition {edition}")]
    #[diagnostic(
        code(spec::no_source_of_edition),
        help("quote one of that time as well, or take the edition out of `editions`")
    )]
    NoSourceOfEdition {
        /// The requirement or reading.
        name: String,
        /// The edition.
        edition: String,
    },
    /// A quote that its source does not have.
    #[error("{file} does not say this")]
    #[diagnostic(code(spec::quote_not_found), help("{todo}"))]
    QuoteNotFound {
        /// The source's file.
        file: String,
        /// What to do.
        todo: String,
    },
    /// A text that is not an expression.
    #[error("not an expression: {reason}")]
    #[diagnostic(
        code(spec::expression_syntax),
        help("expressions are CEL: `==`, `!=`, `&&`, `||`, `!`, `in`, `c ? a : b`, 'text', [list], list.all(x, …)")
    )]
    ExpressionSyntax {
        /// What is wrong.
        reason: String,
    },
    /// A part of an expression whose type cannot be right there.
    #[error("{reason}")]
    #[diagnostic(
        code(spec::type_error),
        help("CEL takes no type for another: string(x) and int(x) make one of the other")
    )]
    TypeError {
        /// What is wrong.
        reason: String,
    },
    /// A rule or condition that is neither true nor false.
    #[error("this gives {gives}, and says nothing")]
    #[diagnostic(
        code(spec::no_condition),
        help("write what holds, such as `value == 'text'`, `size(list) > 0` or `has(value.member)`")
    )]
    NoCondition {
        /// What it gives.
        gives: String,
    },
    /// A call that does not fit its function.
    #[error("`{function}` is not called like this")]
    #[diagnostic(code(spec::wrong_arguments), help("write {usage}"))]
    WrongArguments {
        /// The function.
        function: String,
        /// How it is called.
        usage: String,
    },
    /// A path into a message or a step that leads nowhere.
    #[error("`{path}` is not there{}", edition.as_ref().map(|edition| format!(" in edition {edition}")).unwrap_or_default())]
    #[diagnostic(code(spec::unknown_path), help("{todo}"))]
    UnknownPath {
        /// The path.
        path: String,
        /// The edition whose schema lacks it.
        edition: Option<String>,
        /// What to do.
        todo: String,
    },
    /// A step that refers to one that does not come before it.
    #[error("step `{name}` does not come before this one")]
    #[diagnostic(code(spec::later_step), help("steps are taken in order: put `{name}` first"))]
    LaterStep {
        /// The step that is referred to.
        name: String,
    },
    /// A step that should be repeated, but sends no request.
    #[error("step `{name}` sends no request that can be repeated")]
    #[diagnostic(code(spec::no_request), help("refer to a step with `request` or `again`"))]
    NoRequest {
        /// The step that is referred to.
        name: String,
    },
    /// A requirement that sends nothing, so that nothing is judged by it.
    #[error("`{name}` sends no request")]
    #[diagnostic(code(spec::nothing_sent), help("{todo}"))]
    NothingSent {
        /// The requirement.
        name: String,
        /// What to do.
        todo: &'static str,
    },
    /// A member without effect.
    #[error("`{member}` has no effect here")]
    #[diagnostic(code(spec::no_effect), help("{todo}"))]
    NoEffect {
        /// The member.
        member: &'static str,
        /// What to do.
        todo: &'static str,
    },
    /// A family of requests that an edition does not have.
    #[error("the family `{family}` has no base in edition {edition}")]
    #[diagnostic(
        code(spec::no_base),
        help("add one at requests.{family}.base, or leave the family or the edition out")
    )]
    NoBase {
        /// The family.
        family: String,
        /// The edition.
        edition: String,
    },
    /// An operation that an edition does not have.
    #[error("edition {edition} has no operation `{operation}`")]
    #[diagnostic(
        code(spec::no_operation),
        help("add it to the paths of the edition's OpenAPI document, or leave the operation or the edition out")
    )]
    NoOperation {
        /// The operation.
        operation: String,
        /// The edition.
        edition: String,
    },
    /// An operation that cannot be called on a created thing.
    #[error("`{operation}` cannot be asked for about what was created: {reason}")]
    #[diagnostic(
        code(spec::not_about_it),
        help(
            "name an operation about the same thing, with its identity as a `parameter` of the path and without a body"
        )
    )]
    NotAboutIt {
        /// The operation.
        operation: String,
        /// Why.
        reason: String,
    },
    /// An operation that `requirements.yaml` does not describe.
    #[error("`operations` does not say how `{operation}` is spoken")]
    #[diagnostic(
        code(spec::unused_operation),
        help("name it there, or take it out of the document: its answers are judged by nobody")
    )]
    UnusedOperation {
        /// The operation.
        operation: String,
    },
    /// An answer without a schema.
    #[error("{document} has no schema for the answer `{key}` of `{operation}`")]
    #[diagnostic(
        code(spec::no_answer_schema),
        help(
            "name a key of the operation's `responses` whose content is JSON (`application/json`, or `…+json`) with a schema"
        )
    )]
    NoAnswerSchema {
        /// The operation.
        operation: String,
        /// The key in `responses`.
        key: String,
        /// The document.
        document: String,
    },
    /// A reading that leaves nothing open.
    #[error("the reading `{name}` allows a single interpretation")]
    #[diagnostic(
        code(spec::one_interpretation),
        help("name each interpretation in `observe`; what is not open is a requirement")
    )]
    OneInterpretation {
        /// The reading.
        name: String,
    },
}

fn these(what: &str, found: &[&str]) -> String {
    match found {
        [] => format!("no {what}"),
        [first, rest @ ..] => rest.iter().fold(format!("`{first}`"), |text, name| format!("{text} and `{name}`")),
    }
}
