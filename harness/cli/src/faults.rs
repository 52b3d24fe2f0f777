//! Finds and lists the faults that the reference server can be started with.

use mixinspec_server::{Edition, Fault};
use mixinspec_spec::Spec;
use mixinspec_spec::model::{Cel, CredentialSpec, Party, Step};
use serde_json::{Value, json};

use crate::options::ListFormat;
use crate::problem::{CommandProblem, did_you_mean};

/// Finds a fault by its name; it must be one in this edition.
pub(crate) fn named(name: &str, edition: Edition) -> Result<&'static Fault, Box<CommandProblem>> {
    let Some(fault) = Fault::named(name) else {
        return Err(Box::new(CommandProblem::Command {
            reason: format!("start with the fault `{name}`: there is none of this name"),
            help: did_you_mean(name, Fault::all().map(Fault::name))
                .unwrap_or_else(|| "mixinspec serve --list-faults shows all of them".to_owned()),
        }));
    };
    if !fault.editions().contains(&edition) {
        return Err(Box::new(CommandProblem::Command {
            reason: format!("start with the fault `{name}`: it is none in edition {edition}"),
            help: format!("start the server with --edition {}", editions(fault)),
        }));
    }
    Ok(fault)
}

/// The callers that a server must be started with for a fault to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FaultNeeds {
    /// No particular ones.
    Nothing,
    /// Two callers.
    TwoCallers,
    /// This many sessions, with signed tokens.
    Sessions(usize),
}

/// The callers that a server knows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Callers {
    /// The number of callers.
    pub(crate) count: usize,
    /// Whether their tokens are signed.
    pub(crate) signed: bool,
}

/// Refuses a fault that cannot show with these callers: a run against the server would not find it.
pub(crate) fn can_show(fault: &Fault, spec: &Spec, callers: Callers) -> Result<(), Box<CommandProblem>> {
    let (reason, option) = match needs(fault, spec) {
        FaultNeeds::Sessions(_) if !callers.signed => {
            ("it is about signed tokens, and none is taken", "--write-keystores DIR, or --users PATH")
        }
        FaultNeeds::Sessions(least) if callers.count < least => (
            "it is about the sessions of two users, and there is one",
            "--write-keystores DIR, or another --users PATH",
        ),
        FaultNeeds::TwoCallers if callers.count < 2 => (
            "it is about two callers, and there is one",
            "--write-keystores DIR, or --users PATH with two sessions, or two --bearer-file FILE",
        ),
        _ => return Ok(()),
    };
    Err(Box::new(CommandProblem::Command {
        reason: format!("start with the fault `{}`: {reason}", fault.name()),
        help: format!("start the server with {option}"),
    }))
}

/// The callers that are needed to judge the requirement that a fault breaks.
fn needs(fault: &Fault, spec: &Spec) -> FaultNeeds {
    let Some(requirement) = spec.requirement(fault.breaks()) else { return FaultNeeds::Nothing };
    if let Some(form) = &requirement.authenticates {
        let of_a_peer =
            |credential: &CredentialSpec| credential.claims.values().any(|to| to.as_str().contains("peer."));
        let takes_two = form.cases.iter().all(|case| case.credential.as_ref().is_some_and(of_a_peer));
        return FaultNeeds::Sessions(if takes_two { 2 } else { 1 });
    }
    let is_of_two = |step: &Step| step.by == Party::Peer || step.with == Some(Party::Peer);
    let steps_of_two = requirement.scenario.as_ref().is_some_and(|scenario| scenario.steps.iter().any(is_of_two));
    // A history with requests of others than the creator.
    let is_about_others = |when: &Cel| when.as_str().contains("this.by_member");
    let history_of_two = requirement.history.is_some() && requirement.when.as_ref().is_some_and(is_about_others);
    if steps_of_two || history_of_two { FaultNeeds::TwoCallers } else { FaultNeeds::Nothing }
}

/// Lists all faults, for people or for programs.
pub(crate) fn list(format: ListFormat) -> String {
    match format {
        ListFormat::Text => text(),
        ListFormat::Json => {
            let all: Vec<Value> = Fault::all().map(value).collect();
            format!("{:#}\n", Value::Array(all))
        }
    }
}

fn text() -> String {
    let mut text = String::new();
    for fault in Fault::all() {
        text.push_str(&format!(
            "{} ({})\n    {}\n    breaks {}",
            fault.name(),
            editions(fault),
            fault.description(),
            fault.breaks()
        ));
        let also: Vec<&str> = fault.consequences().iter().map(|also| also.requirement).collect();
        if !also.is_empty() {
            text.push_str(&format!("; may break {}", also.join(", ")));
        }
        text.push('\n');
    }
    text.push_str(&format!("\n{} faults\n", Fault::all().count()));
    text
}

fn value(fault: &Fault) -> Value {
    let consequences = fault.consequences().iter();
    json!({
        "name": fault.name(),
        "description": fault.description(),
        "editions": fault.editions().iter().map(|edition| edition.as_str()).collect::<Vec<_>>(),
        "breaks": fault.breaks(),
        "consequences": consequences
            .map(|also| json!({"requirement": also.requirement, "reason": also.reason}))
            .collect::<Vec<_>>(),
    })
}

fn editions(fault: &Fault) -> String {
    fault.editions().iter().map(|edition| edition.as_str()).collect::<Vec<_>>().join(", ")
}
