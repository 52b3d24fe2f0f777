//! Judges what is only known after the last call: requests that came late, and why a rule applied to no call.

use std::time::Duration;

use super::Client;
use super::call::MadeCall;
use super::calls::{ClientCall, Rule};
use super::endpoint::Endpoint;
use super::scene::View;
use crate::cel::ExpressionError;
use crate::findings::cause::{Cause, Hindrance};
use crate::findings::verdict::Finding;
use crate::sdk::adapter::protocol::{Capabilities, Category, CreateOption, Creation, Hello};

/// How long after its call a late request may come.
const LATE: Duration = Duration::from_secs(2);

/// Waits for late requests: an SDK may send a refused request again after a while.
pub(crate) async fn settled(made: &[MadeCall]) {
    let refused = |made: &&MadeCall| made.happened.answer["kind"] == "refused";
    if let Some(last) = made.iter().filter(refused).map(|made| made.ended).max() {
        tokio::time::sleep(LATE.saturating_sub(last.elapsed())).await;
    }
}

impl Client {
    /// The failures of a call that show only through requests that came after it ended.
    pub(crate) fn late(
        &self,
        call: &ClientCall,
        made: &mut MadeCall,
        rules: &[&Rule],
        hello: &Hello,
    ) -> Vec<(usize, Finding)> {
        let arrived = made.endpoint.as_ref().map(Endpoint::arrived).unwrap_or_default();
        if arrived.len() == made.happened.arrived.len() {
            return Vec::new();
        }
        let creation = hello.capabilities.create_conversation.as_ref();
        let fails = |found: &[(usize, Finding)], check: usize| {
            found.iter().any(|(at, finding)| *at == check && matches!(finding, Finding::Fail(_)))
        };
        let before = self.findings(call, &made.happened, rules, creation);
        made.happened.arrived = arrived;
        let mut now = self.findings(call, &made.happened, rules, creation);
        now.retain(|(check, finding)| matches!(finding, Finding::Fail(_)) && !fails(&before, *check));
        now
    }

    /// Why these rules applied to no call: the SDK does not offer what they need, or no call triggered them.
    pub(crate) fn unsaid(
        &self,
        calls: &[&ClientCall],
        made: &[MadeCall],
        rules: &[&Rule],
        hello: &Hello,
    ) -> Vec<(usize, Finding)> {
        let mut open: Vec<&Rule> = rules.to_vec();
        let mut found = Vec::new();
        for call in calls.iter().filter(|call| call.missing(hello).is_none()) {
            for rule in self.about(call, &mut open, hello) {
                let reason = self.came_about_not(call, made, rule, hello);
                let hindrance = Hindrance::new(reason, [Cause::Call(call.name.clone())]);
                found.push((rule.check, Finding::Hindered(hindrance)));
            }
        }
        for (name, more) in offers_more(hello) {
            for call in calls.iter().filter(|call| call.missing(&more).is_none()) {
                for rule in self.about(call, &mut open, &more) {
                    let reason = format!("the adapter does not offer {name}");
                    found.push((rule.check, Finding::NotApplicable(reason)));
                }
            }
        }
        found
    }

    /// Removes and returns the rules that would apply to a call, if an SDK offered this and did everything right.
    fn about<'r>(&self, call: &ClientCall, open: &mut Vec<&'r Rule>, hello: &Hello) -> Vec<&'r Rule> {
        if open.is_empty() {
            return Vec::new();
        }
        let creation = hello.capabilities.create_conversation.as_ref();
        let ideal = self.ideal(call, creation);
        let view = self.scene.view(&ideal, creation);
        let (about, other) = open.drain(..).partition(|rule| rule.applies(&view.scope));
        *open = other;
        about
    }

    fn came_about_not(&self, call: &ClientCall, made: &[MadeCall], rule: &Rule, hello: &Hello) -> String {
        let made = made.iter().find(|made| made.call == call.name);
        let (Some(made), Some(when)) = (made, &rule.when) else {
            return format!("nothing is known of {}, which it is about", call.name);
        };
        let View { scope, .. } = self.scene.view(&made.happened, hello.capabilities.create_conversation.as_ref());
        let actual = match scope.holds(when) {
            Err(ExpressionError::Evaluation { reason, .. }) => reason,
            Err(error) => error.to_string(),
            Ok(_) => crate::cel::why_false(when, &scope, self.scene.recorder.redactor()).actual,
        };
        let actual = self.scene.recorder.redact(&actual);
        format!("no call triggered this rule: in {}, {actual}", call.name)
    }
}

/// The SDK's `hello` with one more capability, for each that it lacks, with its name; the last one has all of them.
fn offers_more(hello: &Hello) -> Vec<(String, Hello)> {
    let with = |change: &dyn Fn(&mut Capabilities)| {
        let mut more = hello.clone();
        change(&mut more.capabilities);
        more
    };
    let mut all = Vec::new();
    let capabilities = &hello.capabilities;
    let Some(creation) = &capabilities.create_conversation else {
        let everything = Creation {
            categories: [Category::Contact, Category::Group].into(),
            options: CreateOption::ALL.into(),
            ..Creation::default()
        };
        let more = with(&|capabilities| capabilities.create_conversation = Some(everything.clone()));
        return vec![("create_conversation".into(), more)];
    };
    let mut missing: Vec<(&str, Creation)> = Vec::new();
    for category in [Category::Contact, Category::Group] {
        let mut more = creation.clone();
        if more.categories.insert(category) {
            missing.push((category.name(), more));
        }
    }
    for option in CreateOption::ALL {
        let mut more = creation.clone();
        if more.options.insert(option) {
            missing.push((option.name(), more));
        }
    }
    let names: Vec<&str> = missing.iter().map(|(name, _)| *name).collect();
    for (name, more) in &missing {
        all.push(((*name).to_owned(), with(&|capabilities| capabilities.create_conversation = Some(more.clone()))));
    }
    if !capabilities.sign {
        all.push(("sign".into(), with(&|capabilities| capabilities.sign = true)));
    }
    // For calls that need two capabilities at once.
    let everything = with(&|capabilities| {
        capabilities.sign = true;
        if let Some(creation) = &mut capabilities.create_conversation {
            creation.categories = [Category::Contact, Category::Group].into();
            creation.options = CreateOption::ALL.into();
        }
    });
    all.push((names.join(", "), everything));
    all
}
