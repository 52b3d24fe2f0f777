//! Checks the documents in `inputs/`: names exist, published results fit their functions, and real requests are JSON.

use serde_json::Value;

use super::ids::{Names, kebab_case, pascal_case};
use super::{LintReport, derivations, editions, families, operations};
use crate::load::{FLAGS, PUBLISHED, REAL_REQUESTS, Spec};
use crate::model::{Parameter, ParameterType, PublishedResult, RealRequest};
use crate::names;
use crate::pointer;
use crate::problems::Problem;

/// Any id, to fill placeholders with.
const ANY: &str = "00000000-0000-4000-8000-000000000000";

pub(super) fn check(report: &mut LintReport<'_>) {
    let spec = report.spec;
    report.within(FLAGS, |report| {
        for (name, flag) in &spec.inputs.flags.flags {
            let at = pointer::join("/flags", name);
            pascal_case(report, "flag", &at, name);
            for (nth, id) in flag.requirements.iter().enumerate() {
                if spec.requirement(id).is_none() {
                    unknown_id(report, &format!("{at}/requirements/{nth}"), "requirement", id);
                }
            }
        }
    });
    report.within(PUBLISHED, published);
    report.within(REAL_REQUESTS, real_requests);
}

/// Reports an unknown id. There are too many known ids to list them.
fn unknown_id(report: &mut LintReport<'_>, at: &str, kind: &'static str, id: &str) {
    let spec = report.spec;
    let ids = spec.ids().filter(|id| kind != "requirement" || spec.requirement(id).is_some());
    let todo = match names::nearest(id, ids) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None => "name one that requirements.yaml has".to_owned(),
    };
    report.value(at, Problem::UnknownName { kind, name: id.to_owned(), todo });
}

/// Flags that vectors are to carry are explained.
fn explained(report: &mut LintReport<'_>, list: &str, flags: &[String]) {
    let known = &report.spec.inputs.flags.flags;
    for (nth, name) in flags.iter().enumerate().filter(|(_, name)| !known.contains_key(*name)) {
        let todo = names::advice(name, known.keys().map(String::as_str));
        report.value(&format!("{list}/{nth}"), Problem::UnknownName { kind: "flag", name: name.clone(), todo });
    }
}

fn published(report: &mut LintReport<'_>) {
    let spec = report.spec;
    let published = &spec.inputs.published;
    explained(report, "/flags", &published.flags);
    for (name, function) in &published.functions {
        let at = pointer::join("/functions", name);
        explained(report, &format!("{at}/flags"), &function.flags);
        derivations::known(report, &format!("{at}/of"), &function.of);
        if spec.document.derivations.get(&function.of).is_some_and(|derivation| derivation.record.is_none()) {
            let reason = format!("`{}` has no record that another function could be made of", function.of);
            let records = spec.document.derivations.iter().filter(|(_, derivation)| derivation.record.is_some());
            let todo = names::advice(&function.of, records.map(|(name, _)| name.as_str()));
            report.value(&format!("{at}/of"), Problem::WrongValue { reason, todo });
        }
        if spec.document.derivations.contains_key(name) {
            let reason = format!("`{name}` is a derivation of the spec");
            let todo = "take its name out: results name the spec's derivations as they are".to_owned();
            report.key(&at, Problem::WrongValue { reason, todo });
        }
    }
    let mut taken = Names::new("result", "take another id: vectors are named by it");
    for (nth, result) in published.results.iter().enumerate() {
        let at = format!("/results/{nth}");
        kebab_case(report, "result", &format!("{at}/id"), &result.id);
        taken.take(report, format!("{at}/id"), &result.id);
        arguments(report, &at, result);
        if result.origins.is_empty() {
            let reason = format!("`{}` was published nowhere", result.id);
            let todo = "say where it stands: repository@commit file:line".to_owned();
            report.key(&format!("{at}/origins"), Problem::WrongValue { reason, todo });
        }
    }
}

/// Checks that a result's function exists and accepts its arguments.
fn arguments(report: &mut LintReport<'_>, at: &str, result: &PublishedResult) {
    let is_list = |value: &Value| value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
    let fits = |(parameter, value): (&Parameter, &Value)| match parameter.kind {
        ParameterType::Users => is_list(value),
        ParameterType::User | ParameterType::Uuid | ParameterType::Text => value.is_string(),
    };
    let derivations = &report.spec.document.derivations;
    let functions = &report.spec.inputs.published.functions;
    let (fits, takes) = match derivations.get(&result.function) {
        Some(derivation) => {
            let parameters = &derivation.parameters;
            let each = parameters.iter().zip(&result.arguments).all(fits);
            let named: Vec<String> = parameters.iter().map(described).collect();
            (each && parameters.len() == result.arguments.len(), named.join(", "))
        }
        None if functions.contains_key(&result.function) => {
            let texts = result.arguments.iter().all(Value::is_string);
            (texts && !result.arguments.is_empty(), "one text or more".to_owned())
        }
        None => {
            let known = derivations.keys().chain(functions.keys()).map(String::as_str);
            let todo = names::advice(&result.function, known);
            let problem = Problem::UnknownName { kind: "function", name: result.function.clone(), todo };
            return report.value(&format!("{at}/function"), problem);
        }
    };
    if !fits {
        let reason = format!("these are no arguments of `{}`", result.function);
        let todo = format!("it takes {takes}; text that looks like something else stands in quotes");
        report.key(&format!("{at}/arguments"), Problem::WrongValue { reason, todo });
    }
}

/// A parameter with its type, for messages.
fn described(parameter: &Parameter) -> String {
    match parameter.kind {
        ParameterType::Users => format!("{} (a list of texts)", parameter.name),
        ParameterType::User | ParameterType::Uuid | ParameterType::Text => format!("{} (a text)", parameter.name),
    }
}

fn real_requests(report: &mut LintReport<'_>) {
    let spec = report.spec;
    explained(report, "/flags", &spec.inputs.real.flags);
    for edition in spec.editions() {
        let mut taken = Names::new("request", "take another name: vectors of an edition are named by it");
        for (nth, request) in spec.inputs.real.requests.iter().enumerate() {
            if request.editions.iter().any(|e| e == edition) {
                taken.take(report, format!("/requests/{nth}/name"), &request.name);
            }
        }
    }
    for (nth, request) in spec.inputs.real.requests.iter().enumerate() {
        let at = format!("/requests/{nth}");
        kebab_case(report, "request", &format!("{at}/name"), &request.name);
        editions::own(report, &at, &request.name, &request.editions);
        asked(report, &at, request);
        about(report, &at, request);
        body(report, &at, request);
    }
}

/// Checks that the operation of a request exists, has a body, and is that of its twin.
fn asked(report: &mut LintReport<'_>, at: &str, request: &RealRequest) {
    let spec = report.spec;
    operations::one(report, &format!("{at}/operation"), &request.operation, &request.editions);
    families::one(report, &format!("{at}/family"), &request.family, &request.editions);
    if let Some(family) = spec.document.requests.get(&request.family)
        && family.operation != request.operation
        && spec.document.operations.contains_key(&request.operation)
    {
        let reason = format!("requests of the family `{}` ask for `{}`", request.family, family.operation);
        let families = spec.document.requests.iter().filter(|(_, family)| family.operation == request.operation);
        let families: Vec<&str> = families.map(|(name, _)| name.as_str()).collect();
        let todo = if families.is_empty() {
            format!("a twin asks for the same: add a family of `{}` to `requests`", request.operation)
        } else {
            names::advice(&request.family, families)
        };
        report.value(&format!("{at}/family"), Problem::WrongValue { reason, todo });
    }
    if takes_no_body(spec, request) {
        let reason = format!("`{}` takes no body", request.operation);
        let todo = "name an operation that has a `requestBody` of JSON".to_owned();
        report.value(&format!("{at}/operation"), Problem::WrongValue { reason, todo });
    }
}

fn takes_no_body(spec: &Spec, request: &RealRequest) -> bool {
    let sites = request.editions.iter().flat_map(|edition| spec.operations(edition));
    sites.into_iter().any(|site| site.id == request.operation && site.request.is_none())
}

/// Checks that a requirement or reading says in each edition how the request must be treated.
fn about(report: &mut LintReport<'_>, at: &str, request: &RealRequest) {
    let spec = report.spec;
    if request.about.is_empty() {
        let reason = format!("nothing says what must come of `{}`", request.name);
        let todo = "name the requirement that says that it is accepted, or the reading that leaves it open".to_owned();
        report.key(&format!("{at}/about"), Problem::WrongValue { reason, todo });
    }
    for (nth, id) in request.about.iter().enumerate() {
        let at = format!("{at}/about/{nth}");
        let requirement = spec.requirement(id).map(|requirement| &requirement.editions);
        let Some(editions) = requirement.or_else(|| spec.reading(id).map(|reading| &reading.editions)) else {
            unknown_id(report, &at, "requirement or reading", id);
            continue;
        };
        let stray = |edition: &&String| spec.document.editions.contains_key(*edition) && !editions.contains(edition);
        if let Some(edition) = request.editions.iter().find(stray) {
            report.value(&at, Problem::StrayEdition { name: id.clone(), edition: edition.clone() });
        }
    }
}

/// Placeholders are known, and a body is JSON when they are filled.
fn body(report: &mut LintReport<'_>, at: &str, request: &RealRequest) {
    let mut known = placeholders(report, &format!("{at}/user"), &request.user, &RealRequest::IN_USER);
    known &= placeholders(report, &format!("{at}/body"), &request.body, &RealRequest::IN_BODY);
    if let Some(derivation) = &request.derivation {
        derivations::known(report, &format!("{at}/derivation"), derivation);
        if !request.body.contains("$ID") {
            let todo = "write `$ID` in the body where the id goes that it gives";
            report.key(&format!("{at}/derivation"), Problem::NoEffect { member: "derivation", todo });
        }
    }
    // Bodies with more than two users repeat the same text.
    let users = vec![ANY.to_owned(); usize::from(request.users.min(2))];
    let filled = request.body_with(ANY, &users, ANY);
    if let Err(error) = serde_json::from_str::<Value>(&filled)
        && known
    {
        // The error's line and column are those of the filled text, which the user does not see.
        let error = error.to_string();
        let what = error.split(" at line ").next().unwrap_or_default();
        let reason = format!("with its placeholders filled, this is no JSON: {what}");
        let todo = format!("`user`, `between` and `body` together give `{filled}`");
        report.value(&format!("{at}/body"), Problem::WrongValue { reason, todo });
    }
}

/// Whether a text has only known placeholders.
fn placeholders(report: &mut LintReport<'_>, at: &str, text: &str, known: &[&str]) -> bool {
    let is_name = |c: char| c.is_ascii_uppercase() || c == '_';
    let mut all = true;
    for (start, _) in text.match_indices('$') {
        let rest = &text[start + 1..];
        let end = start + 1 + rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        let name = &text[start..end];
        if name.len() > 1 && !known.contains(&name) {
            all = false;
            let todo = names::advice(name, known.iter().copied());
            let problem = Problem::UnknownName { kind: "placeholder", name: name.to_owned(), todo };
            report.part(at, text, start..end, problem);
        }
    }
    all
}
