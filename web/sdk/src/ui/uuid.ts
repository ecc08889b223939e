// UUID version 7: ids that sort by time keep the server's inserts at one end of its indexes. crypto.randomUUID is no
// help: it is missing on plain http.
const random = (digit: string) => (+digit ^ ((crypto.getRandomValues(new Uint8Array(1))[0] as number) & (15 >> (+digit / 4)))).toString(16);

export const uuid = (): string => {
  const time = Date.now().toString(16).padStart(12, '0').replace(/.{8}/, '$&-');
  return `${time}-7${'000-8000-000000000000'.replace(/[08]/g, random)}`;
};
