import type { Token, Tokens } from 'marked';
import { Fragment, useEffect, useState, type ReactNode } from 'react';

import './Markdown.css';

type Lexer = (text: string) => Token[];
let lexer: Lexer | undefined;
let loading: Promise<void> | undefined;
const load = () =>
  (loading ??= import('marked').then(({ Lexer }) => {
    lexer = (text) => new Lexer({ gfm: true }).lex(text);
  }));

// What has none of these characters is the same text with and without Markdown.
const isPlain = (text: string) => !/[*_`#>[\]|~<\\&-]|^\s*\d+[.)]\s|https?:|www\.|@/m.test(text);

// Markdown makes elements of participants' words: a short list of them, no HTML, no images, and links that lead out without our blessing.
export function Markdown({ text, lang }: { text: string; lang?: string | undefined }) {
  const [, setLoaded] = useState(Boolean(lexer));
  const plain = isPlain(text);
  useEffect(() => {
    if (!plain && !lexer) void load().then(() => setLoaded(true));
  }, [plain]);
  return (
    <div className="markdown" lang={lang}>
      {plain || !lexer ? text.split(/\n{2,}/).map((paragraph, index) => <p key={index}>{paragraph}</p>) : blocks(lexer(text))}
    </div>
  );
}

const blocks = (tokens: Token[] = []): ReactNode => tokens.map((token, index) => <Fragment key={index}>{block(token)}</Fragment>);

function block(token: Token): ReactNode {
  switch (token.type) {
    case 'heading':
      return (
        <p>
          <b>{inline(token.tokens)}</b>
        </p>
      );
    case 'paragraph':
      return <p>{inline(token.tokens)}</p>;
    case 'text':
      return token.tokens ? inline(token.tokens) : unescape(token.text as string);
    case 'blockquote':
      return <blockquote>{blocks(token.tokens)}</blockquote>;
    case 'code':
      return (
        <pre>
          <code>{token.text as string}</code>
        </pre>
      );
    case 'hr':
      return <hr />;
    case 'list':
      return list(token as Tokens.List);
    case 'table':
      return table(token as Tokens.Table);
    case 'space':
    case 'def':
      return null;
    default:
      return <p>{token.raw}</p>;
  }
}

function list({ ordered, start, items }: Tokens.List): ReactNode {
  const rows = items.map((item, index) => <li key={index}>{blocks(item.tokens)}</li>);
  return ordered ? <ol start={start === '' ? 1 : start}>{rows}</ol> : <ul>{rows}</ul>;
}

function table({ header, rows }: Tokens.Table): ReactNode {
  return (
    <table>
      <thead>
        <tr>
          {header.map((cell, index) => (
            <th key={index} scope="col">
              {inline(cell.tokens)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, at) => (
          <tr key={at}>
            {row.map((cell, index) => (
              <td key={index}>{inline(cell.tokens)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const inline = (tokens: Token[] = []): ReactNode => tokens.map((token, index) => <Fragment key={index}>{span(token)}</Fragment>);

function span(token: Token): ReactNode {
  switch (token.type) {
    case 'strong':
      return <strong>{inline(token.tokens)}</strong>;
    case 'em':
      return <em>{inline(token.tokens)}</em>;
    case 'del':
      return <s>{inline(token.tokens)}</s>;
    case 'codespan':
      return <code>{unescape(token.text as string)}</code>;
    case 'br':
      return <br />;
    case 'link':
      return link(token as Tokens.Link);
    case 'image':
      return token.text as string;
    case 'text':
    case 'escape':
      return token.type === 'text' && 'tokens' in token && token.tokens ? inline(token.tokens) : unescape(token.text as string);
    default:
      return token.raw;
  }
}

function link({ href, tokens }: Tokens.Link): ReactNode {
  if (!/^(https?:\/\/|mailto:)/i.test(href)) return inline(tokens);
  return (
    <a href={href} rel="nofollow ugc noreferrer">
      {inline(tokens)}
    </a>
  );
}

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
const unescape = (text: string) => text.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity);
