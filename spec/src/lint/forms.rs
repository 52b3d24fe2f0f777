//! Checks forms: each requirement has exactly one, and it has an effect.

use super::{LintReport, requirements};
use crate::model::{ExpectCredential, Form, Requirement, Subject};
use crate::problems::Problem;

const FORMS: &str = "constraint, always, accepts, refuses, history, scenario, authenticates, derives";

pub(super) fn check(report: &mut LintReport<'_>) {
    let spec = report.spec;
    for (at, requirement) in requirements(spec) {
        let forms = requirement.forms();
        if forms.len() != 1 {
            let subject = format!("the requirement `{}`", requirement.id);
            let found = forms.iter().map(Form::name).collect();
            report.value(&format!("{at}/id"), Problem::NotOne { subject, what: "form", choices: FORMS, found });
        }
        for form in &forms {
            effect(report, &at, requirement, form);
        }
    }
}

fn effect(report: &mut LintReport<'_>, at: &str, requirement: &Requirement, form: &Form<'_>) {
    if requirement.when.is_some()
        && !matches!(form, Form::Always(_) | Form::Accepts(_) | Form::History(_) | Form::Derives(_))
    {
        let todo = match form {
            Form::Scenario(_) => "write `applies` in the scenario: it is asked once the steps were taken",
            _ => "it belongs to `always`, `accepts`, `history` and `derives`; here the cases say what is sent",
        };
        report.key(&format!("{at}/when"), Problem::NoEffect { member: "when", todo });
    }
    if matches!(form, Form::Derives(_)) && requirement.subject != Subject::Sdk {
        let todo = "a server has no such function: add `subject: sdk`";
        report.key(&format!("{at}/derives"), Problem::NoEffect { member: "derives", todo });
    }
    for (name, _, cases) in requirement.case_lists().filter(|(name, ..)| *name != "authenticates") {
        for (nth, _) in cases.iter().enumerate().filter(|(_, case)| case.credential.is_some()) {
            let todo = "it belongs to the cases of `authenticates`, which do not apply where no credential is checked";
            report
                .key(&format!("{at}/{name}/cases/{nth}/credential"), Problem::NoEffect { member: "credential", todo });
        }
    }
    if let Form::Authenticates(authenticates) = form
        && authenticates.rule.is_some()
        && !matches!(authenticates.expect, ExpectCredential::Accepted | ExpectCredential::Judged)
    {
        let todo = "a rule is about the answer to what is accepted";
        report.key(&format!("{at}/authenticates/rule"), Problem::NoEffect { member: "rule", todo });
    }
    if let Form::History(history) = form
        && history.rule.is_some() == history.distinct.is_some()
    {
        let subject = format!("the history of `{}`", requirement.id);
        let choices = "rule (over `first`, `before` and `this`) and distinct (over `first`)";
        let found = if history.rule.is_some() { vec!["rule", "distinct"] } else { Vec::new() };
        report.key(&format!("{at}/history"), Problem::NotOne { subject, what: "question", choices, found });
    }
    let nothing = match form {
        Form::Accepts(accepts) if accepts.requests.is_empty() => Some("name the request families in `requests`"),
        Form::Refuses(refuses) if refuses.requests.is_empty() => Some("name the request families in `requests`"),
        Form::Refuses(refuses) if refuses.cases.is_empty() => Some("add a case that makes the request wrong"),
        Form::Scenario(scenario) if scenario.steps.is_empty() => Some("add a step"),
        Form::Authenticates(form) if form.requests.is_empty() => Some("name the request families in `requests`"),
        Form::Authenticates(form) if form.cases.is_empty() => Some("add a case with a credential"),
        _ => None,
    };
    if let Some(todo) = nothing {
        report.key(&format!("{at}/{}", form.name()), Problem::NothingSent { name: requirement.id.clone(), todo });
    }
}
