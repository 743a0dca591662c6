//! When an answer is due, by which rule, and what says so. Rules are `resources/deadlines.toml`, edited by people.

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::{Timestamp, ToSpan, civil::Weekday, tz::TimeZone};

use crate::{Referral, State};

/// Whose term it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Force {
    Statutory,
    Target,
    /// A default of ours, where the law names no term.
    Ours,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub id: String,
    pub recipient: String,
    pub country: Option<String>,
    /// The step that starts the clock; until it is taken, the first one does.
    pub event: State,
    pub days: i64,
    pub working: bool,
    pub force: Force,
    pub source: String,
    pub checked: String,
}

/// All rules and the zones their clocks run in.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    pub rules: Vec<Rule>,
    zones: BTreeMap<String, TimeZone>,
}

/// What is wrong with the file.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RulesError {
    #[error("deadlines.toml cannot be read: {0}")]
    Syntax(String),
    #[error("deadlines.toml, rule {rule}: {key} is missing or not of its kind")]
    Key { rule: String, key: &'static str },
    #[error("deadlines.toml: “{0}” is no time zone")]
    Zone(String),
}

const FILE: &str = include_str!("../../../resources/deadlines.toml");

static BUILT_IN: LazyLock<Rules> = LazyLock::new(|| Rules::read(FILE).unwrap_or_default());

impl Rules {
    #[must_use]
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// # Errors
    /// When a rule lacks a key or names a zone that does not exist.
    pub fn read(text: &str) -> Result<Self, RulesError> {
        let table: toml::Table = text
            .parse()
            .map_err(|e: toml::de::Error| RulesError::Syntax(e.message().to_owned()))?;
        let mut out = Self::default();
        for row in table
            .get("rule")
            .and_then(toml::Value::as_array)
            .into_iter()
            .flatten()
        {
            let rule = row
                .get("id")
                .and_then(toml::Value::as_str)
                .unwrap_or("without id")
                .to_owned();
            let text = |key: &'static str| {
                row.get(key)
                    .and_then(toml::Value::as_str)
                    .map(str::to_owned)
                    .ok_or(RulesError::Key {
                        rule: rule.clone(),
                        key,
                    })
            };
            out.rules.push(Rule {
                id: text("id")?,
                recipient: text("recipient")?,
                country: text("country").ok(),
                event: State::named(&text("event")?)
                    .filter(|e| e.awaits_answer())
                    .ok_or(RulesError::Key {
                        rule: rule.clone(),
                        key: "event",
                    })?,
                days: row
                    .get("days")
                    .and_then(toml::Value::as_integer)
                    .filter(|d| (0..=3650).contains(d))
                    .ok_or(RulesError::Key {
                        rule: rule.clone(),
                        key: "days",
                    })?,
                working: row.get("working").and_then(toml::Value::as_bool).unwrap_or(false),
                force: match text("kind")?.as_str() {
                    "statutory" => Force::Statutory,
                    "target" => Force::Target,
                    "ours" => Force::Ours,
                    _ => return Err(RulesError::Key { rule, key: "kind" }),
                },
                source: text("source")?,
                checked: text("checked")?,
            });
        }
        for (country, zone) in table
            .get("zones")
            .and_then(toml::Value::as_table)
            .into_iter()
            .flatten()
        {
            let name = zone.as_str().unwrap_or("");
            out.zones.insert(
                country.clone(),
                TimeZone::get(name).map_err(|_| RulesError::Zone(name.to_owned()))?,
            );
        }
        Ok(out)
    }

    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|r| r.id == id)
    }

    /// The rule for a kind of recipient in a country: the country's own before the general one.
    #[must_use]
    pub fn rule_for(&self, recipient: &str, country: &str) -> Option<&Rule> {
        let fits = |r: &&Rule| r.recipient == recipient;
        self.rules
            .iter()
            .filter(fits)
            .find(|r| r.country.as_deref() == Some(country))
            .or_else(|| self.rules.iter().filter(fits).find(|r| r.country.is_none()))
    }

    /// When a referral's answer is due: the clock runs from the step that its rule names, or from the first one.
    #[must_use]
    pub fn due_for(&self, rule: &Rule, country: &str, referral: &Referral) -> Option<Timestamp> {
        let steps = referral.steps();
        let start = steps
            .iter()
            .find(|s| s.kind.state() == rule.event)
            .or(steps.first())?;
        Some(self.due(rule, country, start.at))
    }

    /// The end of the last day, at the recipient's local midnight, as an instant.
    #[must_use]
    pub fn due(&self, rule: &Rule, country: &str, from: Timestamp) -> Timestamp {
        let zone = self.zones.get(country).cloned().unwrap_or(TimeZone::UTC);
        let mut day = from.to_zoned_datetime(zone.clone()).date();
        let mut left = rule.days;
        while left > 0 {
            day = day.saturating_add(1.day());
            if !rule.working || !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
                left -= 1;
            }
        }
        day.saturating_add(1.day())
            .to_zoned_datetime(zone)
            .map_or(from, |z| z.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_read() {
        let rules = Rules::read(FILE);
        assert!(rules.is_ok(), "{rules:?}");
    }

    #[test]
    fn the_clock_ends_at_the_recipients_midnight() {
        let rules = Rules::built_in();
        for (id, country, from, wanted) in [
            // 20:00 UTC on the 1st is already the 2nd in Phnom Penh (+07:00).
            (
                "consular-notification",
                "KH",
                "2026-03-01T20:00:00Z",
                "2026-03-05T17:00:00Z",
            ),
            (
                "consular-notification",
                "US",
                "2026-03-01T20:00:00Z",
                "2026-03-05T05:00:00Z",
            ),
            // Friday plus five working days is the Friday after.
            (
                "uk-reasonable-grounds",
                "GB",
                "2026-03-06T10:00:00Z",
                "2026-03-14T00:00:00Z",
            ),
        ] {
            let due = rules.by_id(id).map(|r| {
                rules
                    .due(r, country, from.parse().unwrap_or_default())
                    .to_string()
            });
            assert_eq!(due.as_deref(), Some(wanted), "{id} {country}");
        }
    }

    #[test]
    fn the_clock_starts_at_the_step_that_the_rule_names() {
        use crate::{Signer, StepKind};
        let (sender, recipient) = (Signer::from_seed(&[1; 32]), Signer::from_seed(&[2; 32]));
        let at = |text: &str| text.parse::<Timestamp>().unwrap_or_default();
        let sent = StepKind::Sent {
            payload_hash: "ab".into(),
            service: "identify".into(),
            rule: "uk-reasonable-grounds".into(),
        };
        let id = evidence::id::ReferralId::new(Timestamp::UNIX_EPOCH, [7; 10]);
        let referral = Referral::send(id, recipient.public(), sent, at("2026-03-06T10:00:00Z"), &sender);
        let rules = Rules::built_in();
        let due = |r: &Referral| {
            let rule = rules.by_id("uk-reasonable-grounds")?;
            rules.due_for(rule, "GB", r).map(|d| d.to_string())
        };
        assert_eq!(due(&referral).as_deref(), Some("2026-03-14T00:00:00Z"));
        let received = referral.receive(at("2026-03-09T10:00:00Z"), &recipient);
        assert_eq!(
            received.ok().and_then(|r| due(&r)).as_deref(),
            Some("2026-03-17T00:00:00Z")
        );
    }

    #[test]
    fn a_countrys_own_rule_goes_first() {
        let rules = Rules::built_in();
        assert_eq!(
            rules.rule_for("enforcement", "GB").map(|r| r.id.as_str()),
            Some("uk-reasonable-grounds")
        );
        assert_eq!(
            rules.rule_for("enforcement", "KH").map(|r| r.id.as_str()),
            Some("rescue")
        );
    }
}
