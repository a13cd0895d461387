// What the server says of itself at /config.json. It holds no secret.
export interface Config {
  mode: 'dev' | 'production';
  issuer: string | null;
  clientId: string | null;
  audience: string | null;
  scopes: string[];
  name: string;
  languages: string[];
  links: { privacy: string | null; moderation: string | null; accessibility: string | null };
}

let asked: Promise<Config> | undefined;

export const config = (): Promise<Config> => {
  asked ??= fetch('/config.json').then((answer) => {
    if (!answer.ok) throw new Error(`/config.json: ${answer.status}`);
    return answer.json() as Promise<Config>;
  });
  asked.catch(() => (asked = undefined)); // ask again the next time
  return asked;
};
