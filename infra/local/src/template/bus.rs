//! The event bus in the template: the SES events that are published on it, and the rules that route events to queues.

use serde::Deserialize;
use serde_json::Value;

use super::{Announcement, Pattern, Result, Rule, TemplateError, events::last_part, properties::read, resolve::Scope};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct RuleProperties {
    event_pattern: Value,
    #[serde(default)]
    state: RuleState,
    targets: Vec<Target>,
}

#[derive(Deserialize, Default, PartialEq)]
#[serde(rename_all = "UPPERCASE")]
enum RuleState {
    #[default]
    Enabled,
    Disabled,
}

/// Delivery never fails here, so what is configured for failures isn't read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Target {
    #[expect(dead_code, reason = "a name for people")]
    id: String,
    arn: String,
    #[expect(dead_code, reason = "here every event arrives")]
    #[serde(default)]
    dead_letter_config: serde::de::IgnoredAny,
}

/// Returns a rule, or `None` if it is disabled.
pub(super) fn rule(scope: &Scope, name: String, properties: &Value) -> Result<Option<Rule>> {
    let it: RuleProperties = read(scope, properties, &["Description", "Name"])?;
    let queue = |target: Target| {
        let is_queue = target.arn.starts_with("arn:aws:sqs:");
        let unclear = || TemplateError::new(format!("the target {} is not a queue", target.arn));
        is_queue.then(|| last_part(&target.arn).to_owned()).ok_or_else(unclear)
    };
    let targets = it.targets.into_iter().map(queue).collect::<Result<_>>()?;
    let rule = Rule { name, pattern: Pattern::of(&it.event_pattern)?, targets };
    Ok((it.state == RuleState::Enabled).then_some(rule))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct AnnouncementProperties {
    configuration_set_name: String,
    event_destination: EventDestination,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct EventDestination {
    #[expect(dead_code, reason = "a name for people")]
    #[serde(default)]
    name: serde::de::IgnoredAny,
    #[serde(default)]
    enabled: bool,
    matching_event_types: Vec<String>,
    event_bridge_destination: EventBridge,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct EventBridge {
    event_bus_arn: String,
}

/// Returns the event destination of a configuration set, or `None` if it is disabled.
pub(super) fn announcement(scope: &Scope, properties: &Value) -> Result<Option<Announcement>> {
    let it: AnnouncementProperties = read(scope, properties, &[])?;
    let to = it.event_destination;
    // SES supports no other bus.
    if !to.event_bridge_destination.event_bus_arn.ends_with(":event-bus/default") {
        return Err(TemplateError::new("only the default event bus is supported"));
    }
    let announcement =
        Announcement { configuration_set: it.configuration_set_name, event_types: to.matching_event_types };
    Ok(to.enabled.then_some(announcement))
}
