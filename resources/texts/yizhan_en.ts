<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="zh_CN">
<context>
    <name>ActDialog</name>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
</context>
<context>
    <name>ApplicantStep</name>
    <message>
        <source>读身份证</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>姓名</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>身份证号</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>联系电话</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>收短信用，11 位手机号</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>户籍地址</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>民族</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>签发机关</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>男</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>女</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>出生日期</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>性别</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>申请人</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>读卡得来</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>从照片认出来，请核对</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>手工填写</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>读到了 {name} 的身份证</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>练习：把谁的身份证放上读卡器</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>还差 {n} 位</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Button</name>
    <message>
        <source>上一个</source>
        <translation>Previous</translation>
    </message>
    <message>
        <source>下一个</source>
        <translation>Next</translation>
    </message>
    <message>
        <source>放大</source>
        <translation>Zoom in</translation>
    </message>
    <message>
        <source>缩小</source>
        <translation>Zoom out</translation>
    </message>
    <message>
        <source>和窗口一样宽</source>
        <translation>As wide as the window</translation>
    </message>
    <message>
        <source>转 90°</source>
        <translation>Turn by 90°</translation>
    </message>
    <message>
        <source>去掉</source>
        <translation>Remove</translation>
    </message>
    <message>
        <source>更多</source>
        <translation>More</translation>
    </message>
    <message>
        <source>选日期</source>
        <translation>Pick a date</translation>
    </message>
    <message>
        <source>{name}（{key}）</source>
        <translation>{name} ({key})</translation>
    </message>
</context>
<context>
    <name>Calendar</name>
    <message>
        <source>上一年</source>
        <translation>Previous year</translation>
    </message>
    <message>
        <source>上个月</source>
        <translation>Previous month</translation>
    </message>
    <message>
        <source>下个月</source>
        <translation>Next month</translation>
    </message>
    <message>
        <source>下一年</source>
        <translation>Next year</translation>
    </message>
    <message>
        <source>{year} 年 {month}</source>
        <translation>{month} {year}</translation>
    </message>
</context>
<context>
    <name>CardModel</name>
    <message>
        <source>，</source>
        <translation>, </translation>
    </message>
</context>
<context>
    <name>Choice</name>
    <message>
        <source>{text}，{note}</source>
        <translation>{text}, {note}</translation>
    </message>
</context>
<context>
    <name>CrashWindow</name>
    <message>
        <source>出了没料到的错</source>
        <translation>Something unexpected happened</translation>
    </message>
    <message>
        <source>问题报告</source>
        <translation>Problem report</translation>
    </message>
    <message>
        <source>看报告</source>
        <translation>Show report</translation>
    </message>
    <message>
        <source>复制报告</source>
        <translation>Copy report</translation>
    </message>
    <message>
        <source>接着用</source>
        <translation>Go on</translation>
    </message>
    <message>
        <source>一共 {count} 处。</source>
        <translation>{count} in all.</translation>
    </message>
    <message>
        <source>报告写在 {path}</source>
        <translation>The report is at {path}</translation>
    </message>
    <message>
        <source>报告没能写到磁盘上，请先复制下来。</source>
        <translation>The report could not be written to disk; please copy it first.</translation>
    </message>
</context>
<context>
    <name>CropView</name>
    <message>
        <source>左上角</source>
        <translation>top left corner</translation>
    </message>
    <message>
        <source>右上角</source>
        <translation>top right corner</translation>
    </message>
    <message>
        <source>右下角</source>
        <translation>bottom right corner</translation>
    </message>
    <message>
        <source>左下角</source>
        <translation>bottom left corner</translation>
    </message>
    <message>
        <source>裁边，正在挪{corner}；数字键 1 到 4 换角，方向键挪动</source>
        <translation>Crop, holding the {corner}; keys 1 to 4 change the corner, arrows move it</translation>
    </message>
</context>
<context>
    <name>DeviceChip</name>
    <message>
        <source>：能用</source>
        <translation>: ready</translation>
    </message>
    <message>
        <source>：没接上</source>
        <translation>: not connected</translation>
    </message>
</context>
<context>
    <name>DoubtBlock</name>
    <message>
        <source>{label}，请核对：{why}</source>
        <translation>{label}, please check: {why}</translation>
    </message>
    <message>
        <source>是 {word}</source>
        <translation>It is {word}</translation>
    </message>
</context>
<context>
    <name>HelpSheet</name>
    <message>
        <source>快捷键</source>
        <translation>Keys</translation>
    </message>
    <message>
        <source>知道了</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>这一页</source>
        <translation>On this page</translation>
    </message>
    <message>
        <source>哪里都能用</source>
        <translation>Everywhere</translation>
    </message>
</context>
<context>
    <name>HomeView</name>
    <message>
        <source>找事项</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>要办什么事？写名称或拼音首字母，如 glbt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>读身份证</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>带了身份证？先读卡再选事项，资料会自己填好。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>常办的事</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>办得多的在前</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>按类找</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} {count}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>共 {n} 项</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>材料 {n} 样</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} 个工作日</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} 件</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>今天</source>
        <translation>Today</translation>
    </message>
    <message>
        <source>件</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>受理</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>已送镇里</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>待传</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>等您处理</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>去补正</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} 件，都存好了</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>没办完的</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>接着办</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>没有，手头是空的。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>退回补正</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>还缺 {n} 样</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>还没填是谁</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>找到 {n} 项</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{kind} · {days} 个工作日</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>没有要找的？按 Esc 回到按类找。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>办这件</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>打印办事指南</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>示例事项，内容以县级公布为准</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ItemStep</name>
    <message>
        <source>打印一次性告知单</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>打印办事指南</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>办理条件</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>办事指南</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>是</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>不是</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>填完就知道</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Labelled</name>
    <message>
        <source>必填</source>
        <translation>required</translation>
    </message>
    <message>
        <source>读卡</source>
        <translation>From the card</translation>
    </message>
    <message>
        <source>认字</source>
        <translation>Read from paper</translation>
    </message>
    <message>
        <source>上次留的</source>
        <translation>Left last time</translation>
    </message>
</context>
<context>
    <name>LimitBar</name>
    <message>
        <source>已用</source>
        <translation>used</translation>
    </message>
    <message>
        <source>今天</source>
        <translation>today</translation>
    </message>
    <message>
        <source>还有</source>
        <translation>left</translation>
    </message>
    <message>
        <source>不计时</source>
        <translation>not counted</translation>
    </message>
    <message>
        <source>今天不计时</source>
        <translation>today, not counted</translation>
    </message>
    <message>
        <source>，</source>
        <translation>, </translation>
    </message>
    <message>
        <source>第 {number} 天{state}</source>
        <translation>day {number} {state}</translation>
    </message>
    <message>
        <source>停</source>
        <translation>stop</translation>
    </message>
</context>
<context>
    <name>LiveView</name>
    <message>
        <source>{name}：{hint}</source>
        <translation>{name}: {hint}</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>驿站</source>
        <translation>Yizhan</translation>
    </message>
    <message>
        <source>驿站 · {unit} · {person}</source>
        <translation>Yizhan · {unit} · {person}</translation>
    </message>
    <message>
        <source>没有网络也能登录、办事；通了自动送。</source>
        <translation>You can sign in and work without a network; things are sent once it is back.</translation>
    </message>
    <message>
        <source>字大一号</source>
        <translation>Larger type</translation>
    </message>
    <message>
        <source>浅色</source>
        <translation>Light</translation>
    </message>
    <message>
        <source>深色</source>
        <translation>Dark</translation>
    </message>
    <message>
        <source>高对比</source>
        <translation>High contrast</translation>
    </message>
    <message>
        <source>快捷键（F1）</source>
        <translation>Keys (F1)</translation>
    </message>
    <message>
        <source>换人</source>
        <translation>Sign out</translation>
    </message>
    <message>
        <source>看快捷键</source>
        <translation>Show the keys</translation>
    </message>
    <message>
        <source>打开、收起旁边那一栏</source>
        <translation>Open or fold the side column</translation>
    </message>
    <message>
        <source>找事项、找办件</source>
        <translation>Find an item or a case</translation>
    </message>
    <message>
        <source>左边第 1 个，Ctrl+2 是第 2 个，往后一样</source>
        <translation>First on the rail; Ctrl+2 is the second, and so on</translation>
    </message>
    <message>
        <source>撤销刚才那一步</source>
        <translation>Undo the last step</translation>
    </message>
    <message>
        <source>退一步</source>
        <translation>One step back</translation>
    </message>
    <message>
        <source>字大一号，再按变回来</source>
        <translation>Larger type; again for normal</translation>
    </message>
</context>
<context>
    <name>MaterialsStep</name>
    <message>
        <source>要交的材料</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>高拍仪画面</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>拍照</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>进纸扫描</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>自动拍</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>提示音</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>就这样裁</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>不裁了</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>拖四个角，方向键微调。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} 样，齐 {m} 样</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>免交：{reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>可后补，{day}前</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>第 {n} 页{words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} 页，清楚</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} 页，还差 {m} 页</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>要不要交，看表单</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>还没拍</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>第 {n} 页 {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>清楚，可以用。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>第 {n} 页：{words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>重拍</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>转正</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>裁边</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>删掉</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>改为现在交</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>先承诺，{day}前补</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>模糊</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>反光</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>缺角</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>太暗</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>空白</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>太小</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>看四角</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>倒了</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>重复</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>打不开</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>放好再拍，新的一张会换掉这一张。</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>删掉了一页</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>把纸放到高拍仪下面</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>放稳，别动</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>放稳了，马上自动拍</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>拍好了</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>拍过了，换下一张</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>按 F2 拍照</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>四角齐</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>练习：放上</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>放上 {title}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PaperView</name>
    <message>
        <source>{name}，第 {page} 页，共 {count} 页</source>
        <translation>{name}, page {page} of {count}</translation>
    </message>
</context>
<context>
    <name>PersonButton</name>
    <message>
        <source>{name}，{role}，打开菜单</source>
        <translation>{name}, {role}, open the menu</translation>
    </message>
</context>
<context>
    <name>Picture</name>
    <message>
        <source>图片</source>
        <translation>Picture</translation>
    </message>
</context>
<context>
    <name>PinDialog</name>
    <message>
        <source>UKey 口令</source>
        <translation>UKey PIN</translation>
    </message>
</context>
<context>
    <name>Pips</name>
    <message>
        <source>还可试 {left} 次，共 {total} 次</source>
        <translation>{left} of {total} tries left</translation>
    </message>
</context>
<context>
    <name>Progress</name>
    <message>
        <source>正在进行</source>
        <translation>In progress</translation>
    </message>
    <message>
        <source>进度 {percent}%</source>
        <translation>{percent}% done</translation>
    </message>
</context>
<context>
    <name>RailButton</name>
    <message>
        <source>，{count} 件等着</source>
        <translation>, {count} waiting</translation>
    </message>
    <message>
        <source>（{key}）</source>
        <translation> ({key})</translation>
    </message>
</context>
<context>
    <name>SignInPage</name>
    <message>
        <source>没有找到能登录的证书</source>
        <translation>No certificate to sign in with was found</translation>
    </message>
    <message>
        <source>插上您的 UKey，再点“再找一次”。</source>
        <translation>Plug in your UKey, then press “Look again”.</translation>
    </message>
    <message>
        <source>再找一次</source>
        <translation>Look again</translation>
    </message>
    <message>
        <source>这台电脑上的其他人</source>
        <translation>Others on this PC</translation>
    </message>
    <message>
        <source>点名字就换人</source>
        <translation>Press a name to change</translation>
    </message>
    <message>
        <source>口令</source>
        <translation>PIN</translation>
    </message>
    <message>
        <source>登录</source>
        <translation>Sign in</translation>
    </message>
    <message>
        <source>登进去先看到</source>
        <translation>Waiting for you</translation>
    </message>
    <message>
        <source>{greeting}，请登录</source>
        <translation>{greeting}, please sign in</translation>
    </message>
    <message>
        <source>{role}，{unit}</source>
        <translation>{role}, {unit}</translation>
    </message>
    <message>
        <source>练习用的证书</source>
        <translation>Training certificate</translation>
    </message>
    <message>
        <source>{where} 插好了</source>
        <translation>{where} is plugged in</translation>
    </message>
    <message>
        <source>{where} 没插</source>
        <translation>{where} is not plugged in</translation>
    </message>
    <message>
        <source>正在登录……</source>
        <translation>Signing in…</translation>
    </message>
</context>
<context>
    <name>SignPad</name>
    <message>
        <source>还没写</source>
        <translation>nothing written yet</translation>
    </message>
    <message numerus="yes">
        <source>已写 %n 笔</source>
        <translation>
            <numerusform>%n stroke written</numerusform>
            <numerusform>%n strokes written</numerusform>
        </translation>
    </message>
    <message>
        <source>{name}，{state}</source>
        <translation>{name}, {state}</translation>
    </message>
</context>
<context>
    <name>Slider</name>
    <message>
        <source>{name}：{value}</source>
        <translation>{name}: {value}</translation>
    </message>
</context>
<context>
    <name>StatusStrip</name>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>撤销</source>
        <translation>Undo</translation>
    </message>
    <message>
        <source>另有 {count} 件在跑</source>
        <translation>{count} more running</translation>
    </message>
</context>
<context>
    <name>Step</name>
    <message>
        <source>齐了</source>
        <translation>complete</translation>
    </message>
    <message>
        <source>有要看的</source>
        <translation>something to check</translation>
    </message>
    <message>
        <source>正在这一步</source>
        <translation>you are here</translation>
    </message>
    <message>
        <source>还没做</source>
        <translation>not done yet</translation>
    </message>
    <message>
        <source>第 {number} 步 {text}，{state}</source>
        <translation>Step {number} {text}, {state}</translation>
    </message>
</context>
<context>
    <name>TableModel</name>
    <message>
        <source>选中</source>
        <translation>ticked</translation>
    </message>
    <message>
        <source>没选</source>
        <translation>not ticked</translation>
    </message>
</context>
<context>
    <name>Toggle</name>
    <message>
        <source>开</source>
        <translation>on</translation>
    </message>
    <message>
        <source>关</source>
        <translation>off</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>驿站</source>
        <translation>Yizhan</translation>
    </message>
</context>
<context>
    <name>TrainingStrip</name>
    <message>
        <source>资料是假的，随便点，什么都不会送出去。打印的纸上都有“练习”两字。</source>
        <translation>Nothing here is real and nothing is sent. Printed pages carry the word “training”.</translation>
    </message>
    <message>
        <source>不练了</source>
        <translation>Leave training</translation>
    </message>
    <message>
        <source>练习中。{words}</source>
        <translation>Training. {words}</translation>
    </message>
    <message>
        <source>练习</source>
        <translation>Training</translation>
    </message>
</context>
<context>
    <name>_Line</name>
    <message>
        <source>，</source>
        <translation>, </translation>
    </message>
</context>
<context>
    <name>dialogs</name>
    <message>
        <source>口令锁住了，要去县里解锁。</source>
        <translation>The PIN is locked; the county must unlock it.</translation>
    </message>
    <message>
        <source>还可试 {left} 次。试完会锁住，要去县里解锁。</source>
        <translation>Tries left: {left}. Then the county must unlock it.</translation>
    </message>
</context>
<context>
    <name>messages</name>
    <message>
        <source>程序出了没料到的错，这一步没有做成。</source>
        <translation>The program met an error it did not expect; this step was not done.</translation>
    </message>
    <message>
        <source>已经保存的都还在。请再试一次；还不行就把问题报告发给维护的人。</source>
        <translation>Everything saved is still there. Please try again; if that does not help, send the problem report to support.</translation>
    </message>
</context>
<context>
    <name>wording</name>
    <message>
        <source>周一</source>
        <translation>Mon</translation>
    </message>
    <message>
        <source>周二</source>
        <translation>Tue</translation>
    </message>
    <message>
        <source>周三</source>
        <translation>Wed</translation>
    </message>
    <message>
        <source>周四</source>
        <translation>Thu</translation>
    </message>
    <message>
        <source>周五</source>
        <translation>Fri</translation>
    </message>
    <message>
        <source>周六</source>
        <translation>Sat</translation>
    </message>
    <message>
        <source>周日</source>
        <translation>Sun</translation>
    </message>
    <message>
        <source>1 月</source>
        <translation>January</translation>
    </message>
    <message>
        <source>2 月</source>
        <translation>February</translation>
    </message>
    <message>
        <source>3 月</source>
        <translation>March</translation>
    </message>
    <message>
        <source>4 月</source>
        <translation>April</translation>
    </message>
    <message>
        <source>5 月</source>
        <translation>May</translation>
    </message>
    <message>
        <source>6 月</source>
        <translation>June</translation>
    </message>
    <message>
        <source>7 月</source>
        <translation>July</translation>
    </message>
    <message>
        <source>8 月</source>
        <translation>August</translation>
    </message>
    <message>
        <source>9 月</source>
        <translation>September</translation>
    </message>
    <message>
        <source>10 月</source>
        <translation>October</translation>
    </message>
    <message>
        <source>11 月</source>
        <translation>November</translation>
    </message>
    <message>
        <source>12 月</source>
        <translation>December</translation>
    </message>
    <message>
        <source>{year} 年 {month} {day} 日</source>
        <translation>{day} {month} {year}</translation>
    </message>
    <message>
        <source>{month} {day} 日</source>
        <translation>{day} {month}</translation>
    </message>
    <message>
        <source>{count} 秒</source>
        <translation>{count} s</translation>
    </message>
    <message>
        <source>{count} 分钟</source>
        <translation>{count} min</translation>
    </message>
    <message>
        <source>{count} 小时</source>
        <translation>{count} h</translation>
    </message>
    <message>
        <source>{count} 天</source>
        <translation>{count} days</translation>
    </message>
    <message>
        <source>还要约 {span}</source>
        <translation>about {span} left</translation>
    </message>
    <message>
        <source>{count} 字节</source>
        <translation>{count} bytes</translation>
    </message>
    <message>
        <source>早上好</source>
        <translation>Good morning</translation>
    </message>
    <message>
        <source>下午好</source>
        <translation>Good afternoon</translation>
    </message>
    <message>
        <source>晚上好</source>
        <translation>Good evening</translation>
    </message>
    <message>
        <source>{day} {weekday}</source>
        <translation>{weekday} {day}</translation>
    </message>
</context>
</TS>
