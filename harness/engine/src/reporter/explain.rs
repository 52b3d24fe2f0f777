//! The page of `mixinspec explain`: what a requirement or reading says, its sources, how it is checked, and how to run
//! only it.

use mixinspec_spec::Spec;
use mixinspec_spec::model::{ExpectCredential, Form, Reading, Requirement, SourceRef};

use super::failure::level;
use super::layout::{Style, TextPage, TextRole};

/// The page of an id, or `None` where nothing has it. `cases` are the ids of its cases.
#[must_use]
pub fn render(spec: &Spec, id: &str, cases: &[String], style: Style) -> Option<String> {
    let mut page = TextPage::new(style);
    match (spec.requirement(id), spec.reading(id)) {
        (Some(found), _) => requirement(&mut page, spec, found, cases),
        (None, Some(found)) => reading(&mut page, spec, found, cases),
        (None, None) => return None,
    }
    Some(page.finish())
}

fn requirement(page: &mut TextPage, spec: &Spec, requirement: &Requirement, cases: &[String]) {
    page.line(&page.paint(TextRole::Heading, &requirement.id));
    page.paragraph(2, TextRole::Plain, &requirement.statement);
    page.gap();
    page.field("level", TextRole::Plain, &levels(spec, requirement));
    page.field("area", TextRole::Plain, &format!("{}, row {}", requirement.area.name(), requirement.row));
    sources(page, spec, &requirement.source);
    if !requirement.breaks.is_empty() {
        page.field("breaks", TextRole::Plain, &requirement.breaks.join(", "));
    }
    if let Some(help) = &requirement.help {
        page.field("help", TextRole::Plain, help);
    }
    if !requirement.rests_on.is_empty() {
        page.field("rests on", TextRole::Plain, &requirement.rests_on.join(", "));
    }
    if !requirement.on.is_empty() {
        page.field("on", TextRole::Plain, &format!("answers to {}", requirement.on.join(", ")));
    }
    if let Some(when) = &requirement.when {
        page.field("when", TextRole::Plain, when.as_str());
    }
    for form in requirement.forms() {
        let (checked, rule) = check(&form);
        page.field("checked", TextRole::Plain, &checked);
        if let Some(rule) = rule {
            page.field("rule", TextRole::Plain, rule);
        }
    }
    ending(page, &requirement.id, cases);
}

/// The level, by edition where it differs.
fn levels(spec: &Spec, requirement: &Requirement) -> String {
    let levels: Vec<(&str, &str)> =
        spec.editions().filter_map(|edition| Some((edition, level(spec.level(requirement, edition)?)))).collect();
    match levels.first() {
        Some((_, first)) if levels.iter().all(|(_, level)| level == first) => {
            let editions: Vec<&str> = levels.iter().map(|(edition, _)| *edition).collect();
            format!("{first}, in {}", editions.join(" and "))
        }
        _ => levels.iter().map(|(edition, level)| format!("{level} in {edition}")).collect::<Vec<_>>().join(", "),
    }
}

fn reading(page: &mut TextPage, spec: &Spec, reading: &Reading, cases: &[String]) {
    page.line(&page.paint(TextRole::Heading, &reading.id));
    page.paragraph(2, TextRole::Plain, &reading.question);
    page.gap();
    page.field("editions", TextRole::Plain, &reading.editions.join(", "));
    page.field("area", TextRole::Plain, &format!("readings, row {}", reading.row));
    sources(page, spec, &reading.source);
    if let Some(when) = &reading.when {
        page.field("when", TextRole::Plain, when.as_str());
    }
    for observation in &reading.observe {
        page.field("reading", TextRole::Plain, &format!("{}: {}", observation.name, observation.rule));
    }
    ending(page, &reading.id, cases);
    if let Some(observation) = reading.observe.first() {
        let demanded = format!("mixinspec run … --reading {}={}", reading.id, observation.name);
        page.verbatim("demand", &[demanded]);
    }
}

fn sources(page: &mut TextPage, spec: &Spec, sources: &[SourceRef]) {
    for source in sources {
        let title = spec.document.sources.get(&source.document).map_or("", |found| found.title.as_str());
        page.field("source", TextRole::Plain, &format!("{} ({title}): “{}”", source.document, source.quote));
    }
}

/// How a form is checked, and its rule.
fn check<'a>(form: &Form<'a>) -> (String, Option<&'a str>) {
    match form {
        Form::Constraint(constraint) => {
            let places: Vec<&str> = constraint.at.iter().map(|pointer| pointer.as_str()).collect();
            let by = if constraint.requests.is_empty() {
                "on every answer"
            } else {
                "by requests at the bound, which are accepted, and past it, which are refused"
            };
            (format!("the schema constraint {}, {by}", places.join(", ")), None)
        }
        Form::Always(always) => ("on every exchange that it applies to".into(), Some(always.rule.as_str())),
        Form::Accepts(accepts) => {
            let mut how = format!("by requests that are accepted: {}", accepts.requests.join(", "));
            if accepts.generated {
                how.push_str(", generated ones among them");
            }
            if accepts.same_as_twin {
                how.push_str("; the answer equals that to the unchanged request");
            }
            (how, accepts.rule.as_ref().map(|rule| rule.as_str()))
        }
        Form::Refuses(refuses) => {
            let mut how = format!(
                "by requests that are refused ({}), each beside the same one without the defect, which is accepted",
                refuses.requests.join(", ")
            );
            if !refuses.codes.is_empty() {
                let codes: Vec<String> = refuses.codes.iter().map(ToString::to_string).collect();
                how.push_str(&format!("; codes that fit: {}", codes.join(", ")));
            }
            (how, None)
        }
        Form::Scenario(scenario) => {
            let steps: Vec<&str> = scenario.steps.iter().map(|step| step.name.as_str()).collect();
            (format!("by a scenario with the steps {}", steps.join(", ")), Some(scenario.rule.as_str()))
        }
        Form::Authenticates(authenticates) => {
            let how = match authenticates.expect {
                ExpectCredential::Judged => "by requests whose answers the rule judges where they are accepted".into(),
                expect => {
                    let outcome = expect.name();
                    format!("by credentials that are {outcome}, each beside the same request with the caller's own")
                }
            };
            (how, authenticates.rule.as_ref().map(|rule| rule.as_str()))
        }
        Form::History(history) => {
            let how = match history.distinct {
                Some(_) => "on everything that the run creates: no two share the value",
                None => "on every exchange about something that was created before, beside those before it",
            };
            let rule = history.rule.as_ref().or(history.distinct.as_ref());
            (how.into(), rule.map(|rule| rule.as_str()))
        }
        Form::Derives(derives) => (format!("on the function {}", derives.derivation), Some(derives.law.as_str())),
    }
}

fn ending(page: &mut TextPage, id: &str, cases: &[String]) {
    let shown = if page.style().is_verbose() { cases.len() } else { 12 };
    for (at, case) in cases.iter().take(shown).enumerate() {
        page.verbatim(if at == 0 { "cases" } else { "" }, std::slice::from_ref(case));
    }
    if cases.len() > shown {
        page.field("", TextRole::Dim, &format!("… and {} more (-v)", cases.len() - shown));
    }
    page.gap();
    page.verbatim("run it", &[format!("mixinspec run … --only {id}")]);
}
