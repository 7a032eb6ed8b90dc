/** Reads the JSON Schema of an interrupt's answer: which fields, of which kind, within which bounds. */

import type { Json, JsonObject } from "./types";

export interface FieldSpec {
  name: string;
  kind: "choice" | "text" | "number" | "list" | "other";
  description: string;
  required: boolean;
  fallback: Json | undefined;
  choices: string[];
  minLength: number | null;
  maxLength: number | null;
  minimum: number | null;
  /** Of a list: the fields of one item. */
  item: FieldSpec[];
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value as text: nothing is empty, and what has parts is JSON. */
export function plain(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Follows `$ref` within the schema, and takes the first alternative that is not null. */
function resolve(schema: Json | undefined, root: JsonObject): JsonObject {
  if (!isObject(schema)) return {};
  if (typeof schema.$ref === "string") {
    const found = schema.$ref.replace(/^#\//, "").split("/").reduce<Json | undefined>((at, key) => (isObject(at) ? at[key] : undefined), root);
    return { ...resolve(found, root), ...without(schema, "$ref") };
  }
  if (Array.isArray(schema.anyOf)) {
    const some = schema.anyOf.map((choice) => resolve(choice, root)).find((choice) => choice.type !== "null");
    return { ...some, ...without(schema, "anyOf") };
  }
  return schema;
}

function without(schema: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== key));
}

const number = (value: Json | undefined): number | null => (typeof value === "number" ? value : null);

function kindOf(schema: JsonObject): FieldSpec["kind"] {
  if (Array.isArray(schema.enum)) return "choice";
  switch (schema.type) {
    case "string":
      return "text";
    case "number":
    case "integer":
      return "number";
    case "array":
      return "list";
    default:
      return "other";
  }
}

/** The fields of an object schema, in its order. */
export function fieldsOf(schema: JsonObject, root: JsonObject = schema): FieldSpec[] {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(properties).map(([name, raw]) => {
    const property = resolve(raw, root);
    const kind = kindOf(property);
    return {
      name,
      kind,
      description: typeof property.description === "string" ? property.description : "",
      required: required.includes(name),
      fallback: property.default,
      choices: Array.isArray(property.enum) ? property.enum.map(String) : [],
      minLength: number(property.minLength),
      maxLength: number(property.maxLength),
      minimum: number(property.minimum),
      item: kind === "list" ? fieldsOf(resolve(property.items, root), root) : [],
    };
  });
}

export const fieldNamed = (fields: FieldSpec[], name: string): FieldSpec | undefined =>
  fields.find((field) => field.name === name);
