//! Sentences in the reader's language, from the Fluent files of `resources/translations`.

use std::{collections::HashMap, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

/// A language that every page exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    English,
    Khmer,
}

const FILES: [(Language, &str); 2] = [
    (
        Language::English,
        include_str!("../../../resources/translations/en.ftl"),
    ),
    (
        Language::Khmer,
        include_str!("../../../resources/translations/km.ftl"),
    ),
];

static BUNDLES: LazyLock<HashMap<Language, FluentBundle<FluentResource>>> = LazyLock::new(|| {
    FILES
        .iter()
        .filter_map(|(language, text)| {
            let mut bundle = FluentBundle::new_concurrent(vec![language.code().parse().ok()?]);
            // Isolation marks are for mixed directions; our languages run one way, and the marks break searching.
            bundle.set_use_isolating(false);
            // A file with a mistake still gives the sentences that can be read; the test below names the mistake.
            let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(partly, _)| partly);
            bundle.add_resource_overriding(resource);
            Some((*language, bundle))
        })
        .collect()
});

impl Language {
    pub const ALL: [Self; 2] = [Self::English, Self::Khmer];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Khmer => "km",
        }
    }

    /// The language's name in itself.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Khmer => "ភាសាខ្មែរ",
        }
    }

    #[must_use]
    pub fn named(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.code() == code)
    }

    /// A sentence; its own key when no file has it, which a test forbids.
    #[must_use]
    pub fn say(self, key: &str, args: &[(&str, &str)]) -> String {
        let mut values = FluentArgs::new();
        for (name, value) in args {
            let value = value
                .parse::<i64>()
                .map_or_else(|_| FluentValue::from((*value).to_owned()), FluentValue::from);
            values.set((*name).to_owned(), value);
        }
        [self, Self::English]
            .iter()
            .find_map(|l| {
                let bundle = BUNDLES.get(l)?;
                let pattern = bundle.get_message(key)?.value()?;
                Some(
                    bundle
                        .format_pattern(pattern, Some(&values), &mut Vec::new())
                        .into_owned(),
                )
            })
            .unwrap_or_else(|| key.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn keys(text: &str) -> BTreeSet<&str> {
        text.lines()
            .filter(|l| !l.starts_with([' ', '#', '}', '.']))
            .filter_map(|l| l.split_once(" =").map(|(k, _)| k))
            .collect()
    }

    #[test]
    fn every_file_reads_and_none_lacks_a_sentence() {
        let english = keys(FILES[0].1);
        for (language, text) in FILES {
            let mistakes = FluentResource::try_new(text.to_owned()).err().map(|(_, e)| e);
            assert!(mistakes.is_none(), "{}: {mistakes:?}", language.code());
            let mut seen = BTreeSet::new();
            let sentences = text.lines().filter(|l| !l.starts_with([' ', '#', '}', '.']));
            let names = sentences.filter_map(|l| l.split_once(" =").map(|(k, _)| k));
            let twice: Vec<_> = names.filter(|k| !seen.insert(*k)).collect();
            assert!(twice.is_empty(), "{} says twice: {twice:?}", language.code());
            let own = keys(text);
            let missing: Vec<_> = english.symmetric_difference(&own).collect();
            assert!(missing.is_empty(), "{}: {missing:?}", language.code());
        }
    }

    /// Every key that a template or a page asks for is there.
    #[test]
    fn every_key_that_is_asked_for_exists() {
        let english = keys(FILES[0].1);
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut asked = BTreeSet::new();
        for folder in ["templates", "src/pages"] {
            for entry in std::fs::read_dir(root.join(folder))
                .into_iter()
                .flatten()
                .flatten()
            {
                let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
                for call in [".t(\"", ".tn(\"", "say(\""] {
                    for part in text.split(call).skip(1) {
                        asked.insert(part.split('"').next().unwrap_or("").to_owned());
                    }
                }
            }
        }
        let missing: Vec<_> = asked
            .iter()
            .filter(|k| !k.contains('{') && !english.contains(k.as_str()))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
