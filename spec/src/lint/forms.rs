//! Forms: each requirement has one, and it has an effect.

use super::{Report, requirements};
use crate::model::{Form, Requirement};
use crate::problems::Problem;

const FORMS: &str = "constraint, always, accepts, refuses, scenario, authenticates, derives";

pub(super) fn check(report: &mut Report<'_>) {
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

fn effect(report: &mut Report<'_>, at: &str, requirement: &Requirement, form: &Form<'_>) {
    if requirement.when.is_some() && !matches!(form, Form::Always(_) | Form::Accepts(_)) {
        let todo = match form {
            Form::Scenario(_) => "write `applies` in the scenario: it is asked once the steps were taken",
            _ => "it belongs to `always` and `accepts`; here the cases say what is sent",
        };
        report.key(&format!("{at}/when"), Problem::NoEffect { member: "when", todo });
    }
    let nothing = match form {
        Form::Accepts(accepts) if accepts.requests.is_empty() => Some("name the request families in `requests`"),
        Form::Refuses(refuses) if refuses.requests.is_empty() => Some("name the request families in `requests`"),
        Form::Refuses(refuses) if refuses.cases.is_empty() => Some("add a case that makes the request wrong"),
        Form::Scenario(scenario) if scenario.steps.is_empty() => Some("add a step"),
        Form::Authenticates(authenticates) if authenticates.alterations.is_empty() => Some("name an alteration"),
        _ => None,
    };
    if let Some(todo) = nothing {
        report.key(&format!("{at}/{}", form.name()), Problem::NothingSent { name: requirement.id.clone(), todo });
    }
}
