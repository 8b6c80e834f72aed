/** One parameter as the control that suits it: bar, list, slider, switch, colour, picture or text. */

import { Segmented, Switch } from "@/components/ui/choice";
import { useTranslation } from "@/locales/i18n";
import type { Limits, Style } from "@/types/api";
import { CountStepper } from "./CountStepper";
import { FileField } from "./FileField";
import { FoldedPrompt } from "./FoldedPrompt";
import { issueWords } from "./issue-words";
import { ListChoice } from "./ListChoice";
import { NumberControl } from "./NumberControl";
import type { ChoiceValue, ParameterField } from "./parameter-schema";
import type { ParameterIssue } from "./parameter-values";
import { RatioPicker } from "./RatioPicker";
import { SeedControl } from "./SeedControl";
import { ColorControl, TextControl } from "./TextControls";

/** More choices than this no longer fit a bar on a phone. */
const SEGMENTED_MAX = 4;

export type ParameterControlProps = {
  field: ParameterField;
  value: unknown;
  issue: ParameterIssue | undefined;
  serverError: string | undefined;
  styles: Style[];
  limits: Limits | undefined;
  onChange: (value: unknown) => void;
};

export function ParameterControl(props: ParameterControlProps) {
  const { field, onChange } = props;
  const value = props.value ?? field.fallback;
  const error = useIssueWords(props);
  const labels = { label: field.title, hint: field.description, error };
  switch (field.kind) {
    case "switch":
      return (
        <Switch label={field.title} hint={field.description} checked={value === true} onChange={onChange} />
      );
    case "choice":
    case "style":
    case "ratio":
      return <OneOf {...props} value={value} error={error} />;
    case "count":
      return (
        <CountStepper
          {...labels}
          min={field.minimum ?? 1}
          max={field.maximum ?? 1}
          value={Number(value ?? 1)}
          onChange={onChange}
        />
      );
    case "seed":
      return <SeedControl {...labels} max={field.maximum} value={value} onChange={onChange} />;
    case "number":
      return <NumberControl field={field} value={value} error={error} onChange={onChange} />;
    case "prompt":
      return <FoldedPrompt {...labels} value={String(value ?? "")} onChange={onChange} />;
    case "color":
      return <ColorControl {...labels} value={String(value ?? "#ffffff")} onChange={onChange} />;
    case "file":
      return (
        <FileField
          {...labels}
          value={typeof value === "string" ? value : null}
          limits={props.limits}
          onChange={onChange}
        />
      );
    default:
      return (
        <TextControl
          {...labels}
          multiline={field.kind === "multiline"}
          value={String(value ?? "")}
          onChange={onChange}
        />
      );
  }
}

/** One of several: a bar, shapes, or a list where there are many or none may be chosen. */
function OneOf({ field, value, error, styles, onChange }: ParameterControlProps & { error: string | null }) {
  if (field.kind === "ratio") {
    return (
      <RatioPicker
        label={field.title}
        options={field.choices}
        value={value as ChoiceValue}
        onChange={onChange}
      />
    );
  }
  if (field.kind === "choice" && field.choices.length <= SEGMENTED_MAX && field.fallback !== undefined) {
    return (
      <Segmented
        label={field.title}
        options={field.choices}
        value={value as ChoiceValue}
        onChange={onChange}
      />
    );
  }
  const isStyle = field.kind === "style";
  return (
    <ListChoice
      label={field.title}
      hint={field.description}
      error={error}
      optional={isStyle || field.fallback === undefined}
      choices={isStyle ? styles.map((style) => ({ value: style.id, label: style.name })) : field.choices}
      value={value}
      onChange={onChange}
    />
  );
}

function useIssueWords({ issue, serverError }: ParameterControlProps): string | null {
  const { t, language } = useTranslation();
  return serverError ?? (issue ? issueWords(issue, t, language) : null);
}
