//! Reads the two short-or-long forms of the mapping language without losing the place of a mistake.

use std::fmt;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::spec::{RawRule, RawRuleTable, RawTest, RawTestTable};

impl<'de> Deserialize<'de> for RawRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> Visitor<'de> for Form {
            type Value = RawRule;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a path in quotes, or a table such as { path = \"…\", map = { … } }")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<RawRule, E> {
                Ok(RawRule::Path(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawRule, A::Error> {
                RawRuleTable::deserialize(MapAccessDeserializer::new(map)).map(|rule| RawRule::Rule(Box::new(rule)))
            }
        }
        deserializer.deserialize_any(Form)
    }
}

impl<'de> Deserialize<'de> for RawTest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> Visitor<'de> for Form {
            type Value = RawTest;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a word, a list of words, or a table such as { present = true }")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<RawTest, E> {
                Ok(RawTest::Is(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<RawTest, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(seq)).map(RawTest::In)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawTest, A::Error> {
                RawTestTable::deserialize(MapAccessDeserializer::new(map)).map(RawTest::Test)
            }
        }
        deserializer.deserialize_any(Form)
    }
}
