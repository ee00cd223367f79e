# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Tests that are over when they are evaluated.
#
# The names of the cases. Evaluation ends with those whose values differ, if any do.
#
# Type: cases :: { NAME :: { actual :: Any, expected :: Any } } -> [ String ]
# Example: cases { "sums add up" = { actual = 1 + 1; expected = 2; }; }
cases:
let
  names = builtins.attrNames cases;
  failed = builtins.filter (name: cases.${name}.actual != cases.${name}.expected) names;
  report =
    name:
    let
      case = cases.${name};
    in
    "\n${name}:\n  is ${builtins.toJSON case.actual}\n  instead of ${builtins.toJSON case.expected}";
in
if failed == [ ] then
  names
else
  throw "evaluating the cases: ${toString (builtins.length failed)} failed:${toString (map report failed)}"
