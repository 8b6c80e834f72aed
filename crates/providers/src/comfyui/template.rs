//! A graph with named slots, from the catalogue.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::{Class, Error};
use crate::request::{Model, TaskType};

/// A graph and its slots.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// In API format: `{"<node>":{"class_type":"…","inputs":{…}}}`.
    pub graph: Map<String, Value>,
    slots: HashMap<String, Vec<Input>>,
}

/// An input of a node.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct Input {
    node: String,
    input: String,
}

impl Template {
    /// What the model runs for such a task.
    ///
    /// # Errors
    /// [`Class::InvalidRequest`] when it runs nothing for it, [`Class::ModelUnavailable`] when only the operator can mend
    /// what it runs.
    pub fn of(model: &Model, task_type: TaskType) -> Result<Self, Error> {
        let workflows = model.options.get("workflows").ok_or_else(|| broken("the model has no workflows"))?;
        let mut workflows = HashMap::<TaskType, Self>::deserialize(workflows)
            .map_err(|error| broken(&format!("the workflows of the model cannot be read: {error}")))?;
        let template = workflows.remove(&task_type);
        let template = template.ok_or_else(|| Error::new(Class::InvalidRequest, format!("no workflow for {task_type:?}")))?;
        for (slot, input) in template.slots.iter().flat_map(|(slot, inputs)| inputs.iter().map(move |input| (slot, input))) {
            // A value stands there, and no link: whatever is filled in is a value again.
            let current = template.graph.get(&input.node).and_then(|node| node["inputs"].get(&input.input));
            if !current.is_some_and(is_value) {
                return Err(broken(&format!("the slot {slot} names no value of the workflow: {input:?}")));
            }
        }
        Ok(template)
    }

    /// Whether there is a slot of this name.
    pub fn has(&self, slot: &str) -> bool {
        self.slots.contains_key(slot)
    }

    /// The names of all slots.
    pub fn slots(&self) -> impl Iterator<Item = &str> {
        self.slots.keys().map(String::as_str)
    }

    /// Sets a text, a number or a switch wherever the slot leads; nowhere when there is no such slot.
    pub fn fill(&mut self, slot: &str, value: &Value) {
        debug_assert!(is_value(value), "{slot} would become a link");
        for input in self.slots.get(slot).into_iter().flatten() {
            self.graph[&input.node]["inputs"][&input.input] = value.clone();
        }
    }

    /// The slot that fills this input.
    pub fn slot_of(&self, node: &str, input: &str) -> Option<&str> {
        let fills = |inputs: &Vec<Input>| inputs.iter().any(|known| known.node == node && known.input == input);
        self.slots.iter().find(|(_, inputs)| fills(inputs)).map(|(slot, _)| slot.as_str())
    }
}

/// Links are arrays.
pub fn is_value(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_))
}

/// Nothing but the catalogue can mend it.
fn broken(why: &str) -> Error {
    Error::new(Class::ModelUnavailable, why)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn template(slots: &Value) -> Result<Template, Error> {
        let graph = json!({ "3": { "class_type": "KSampler", "inputs": { "seed": 0, "model": ["4", 0] } } });
        let workflows = json!({ "text_to_image": { "graph": graph, "slots": slots } });
        let model = Model { options: Map::from_iter([("workflows".to_owned(), workflows)]), ..Model::default() };
        assert_eq!(Template::of(&model, TaskType::Inpaint).map(drop).unwrap_err().began, crate::error::Began::No);
        Template::of(&model, TaskType::TextToImage)
    }

    #[test]
    fn a_slot_leads_to_values_that_exist() {
        let mut good = template(&json!({ "seed": [{ "node": "3", "input": "seed" }] })).unwrap();
        good.fill("seed", &json!(7));
        good.fill("steps", &json!(20));
        assert_eq!(good.graph["3"]["inputs"], json!({ "seed": 7, "model": ["4", 0] }));
        assert_eq!((good.slot_of("3", "seed"), good.slot_of("3", "model")), (Some("seed"), None));
        for wrong in ["model", "class_type", "nothing"] {
            let error = template(&json!({ "seed": [{ "node": "3", "input": wrong }] })).unwrap_err();
            assert_eq!(error.class, Class::ModelUnavailable, "{wrong}");
        }
        assert_eq!(template(&json!({ "seed": [{ "node": "4", "input": "seed" }] })).unwrap_err().class, Class::ModelUnavailable);
        assert_eq!(template(&json!("seed")).unwrap_err().class, Class::ModelUnavailable);
    }
}
