//! The form of a code: fifteen random characters of 31 that nobody confuses (no 0 O 1 I L), and a sixteenth that finds every
//! wrong character and every two that changed places. 31¹⁵ are more than 2⁷⁴: none is guessed, so a plain hash keeps it safe.

use std::fmt;
use std::str::FromStr;

use rand::Rng;
use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// Characters, the check included.
const LENGTH: usize = 16;
/// Characters between two dashes.
const GROUP: usize = 4;
/// Longest text that is read as one: with a space or a dash behind each character.
const TEXT_LENGTH: usize = 2 * LENGTH;

/// A code for credits.
#[derive(Clone, PartialEq, Eq)]
pub struct RedeemCode(String);

/// It is not of the form of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no code")]
pub struct Malformed;

impl RedeemCode {
    /// Draws a new one.
    #[must_use]
    pub fn draw() -> Self {
        let mut rng = rand::rng();
        let mut places: Vec<usize> = (0..LENGTH - 1).map(|_| rng.random_range(0..ALPHABET.len())).collect();
        places.push(check(&places));
        Self(places.into_iter().map(|place| char::from(ALPHABET[place])).collect())
    }

    /// What is kept of it: SHA-256, in hexadecimal.
    #[must_use]
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.0.as_bytes()))
    }

    /// Its first four characters, by which a customer and the operator can talk about it. The rest has 2⁵⁴ forms.
    #[must_use]
    pub fn beginning(&self) -> &str {
        &self.0[..GROUP]
    }
}

/// The place of the last character: with it the sum of all places, each times its position, is 0 modulo 31. Thirty-one is a
/// prime, so no single change and no exchange of two neighbours leaves the sum as it was.
fn check(places: &[usize]) -> usize {
    let sum: usize = places.iter().zip(1..).map(|(place, position): (&usize, usize)| place * position).sum();
    // 16 times the last place is what is missing; 2 is the inverse of 16 modulo 31.
    (ALPHABET.len() - sum % ALPHABET.len()) * 2 % ALPHABET.len()
}

impl FromStr for RedeemCode {
    type Err = Malformed;

    /// Reads what a person typed: any case, spaces and dashes wherever they like.
    fn from_str(text: &str) -> Result<Self, Malformed> {
        if text.len() > TEXT_LENGTH * 4 {
            return Err(Malformed);
        }
        let typed: String = text.chars().filter(|letter| !letter.is_whitespace() && !"-–—".contains(*letter)).collect();
        let code = typed.to_ascii_uppercase();
        let place = |byte: u8| ALPHABET.iter().position(|known| *known == byte).ok_or(Malformed);
        let places = code.bytes().map(place).collect::<Result<Vec<usize>, Malformed>>()?;
        match places.split_last() {
            Some((last, rest)) if places.len() == LENGTH && check(rest) == *last => Ok(Self(code)),
            _ => Err(Malformed),
        }
    }
}

/// As it is given to people: four groups of four.
impl fmt::Display for RedeemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, letter) in self.0.chars().enumerate() {
            if place > 0 && place % GROUP == 0 {
                f.write_str("-")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

/// Never the code: it is worth money to whoever reads it.
impl fmt::Debug for RedeemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedeemCode({}…)", self.beginning())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = RedeemCode::draw();
        let shown = code.to_string();
        assert_eq!((shown.len(), shown.matches('-').count()), (19, 3));
        for typed in [shown.clone(), shown.to_lowercase(), shown.replace('-', ""), shown.replace('-', " "), format!("  {shown}\n")] {
            assert_eq!(typed.parse(), Ok(code.clone()), "{typed}");
        }
        for typed in ["", "AAAA", "IIII-OOOO-LLLL-1010", &format!("{shown}2"), &"2".repeat(10_000), "码码码码码码码码码码码码码码码码"]
        {
            assert_eq!(typed.parse::<RedeemCode>(), Err(Malformed), "{typed}");
        }
        assert!(!format!("{code:?}").contains(&code.0[GROUP..]));
    }

    #[test]
    fn one_wrong_character_and_two_in_each_others_place_are_always_found() {
        for _ in 0..20 {
            let code = RedeemCode::draw().0.into_bytes();
            for place in 0..LENGTH {
                for other in ALPHABET.iter().filter(|other| **other != code[place]) {
                    let mut wrong = code.clone();
                    wrong[place] = *other;
                    assert!(String::from_utf8(wrong).unwrap().parse::<RedeemCode>().is_err());
                }
                if place > 0 && code[place] != code[place - 1] {
                    let mut swapped = code.clone();
                    swapped.swap(place, place - 1);
                    assert!(String::from_utf8(swapped).unwrap().parse::<RedeemCode>().is_err());
                }
            }
        }
    }
}
