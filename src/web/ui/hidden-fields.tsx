/** Hidden inputs of a form: request key, chosen wallet. */
export function HiddenFields(props: { fields?: Record<string, string> }) {
  return (
    <>
      {Object.entries(props.fields ?? {}).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  );
}
