`timescale 1 ps/1 ps

// Good bytes back to back and apart, senders a little fast and slow, false starts of every length,
// framing errors with breaks of many lengths, data that only stands at the sampled edge, resets in the
// middle of a frame, then a noisy line.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_data;
        int errortime_data;
        int errors_valid;
        int errortime_valid;
        int errors_frame_error;
        int errortime_frame_error;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic reset;
    logic rx;
    logic [7:0] data_ref;
    logic [7:0] data_dut;
    logic valid_ref;
    logic valid_dut;
    logic frame_error_ref;
    logic frame_error_dut;

    RefModule good1 (
        .clk(clk),
        .reset(reset),
        .rx(rx),
        .data(data_ref),
        .valid(valid_ref),
        .frame_error(frame_error_ref)
    );

    TopModule top_module1 (
        .clk(clk),
        .reset(reset),
        .rx(rx),
        .data(data_dut),
        .valid(valid_dut),
        .frame_error(frame_error_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 79422;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    task line(input level, input int cycles);
        rx = level;
        repeat (cycles) @(negedge clk);
    endtask
    task frame(input [7:0] value, input stop, input int cycles);
        line(0, cycles);
        for (int i = 0; i < 8; i++) line(value[i], cycles);
        line(stop, cycles);
    endtask
    // Right only at edge 0 and at the sampled edges, wrong everywhere else.
    task spikes(input [7:0] value);
        line(0, 1);
        line(1, 3); line(0, 1);
        for (int i = 0; i < 8; i++) begin
            line(~value[i], 7); line(value[i], 1);
        end
        line(0, 7); line(1, 1);
    endtask
    initial begin
        reset = 1; line(0, 3);
        reset = 0;
        line(1, 5);
        frame(8'h55, 1, 8); frame(8'haa, 1, 8); frame(8'h00, 1, 8); frame(8'hff, 1, 8); frame(8'h01, 1, 8);
        frame(8'h80, 1, 8);
        line(1, 20);
        for (int i = 0; i < 12; i++) begin
            line(0, i); line(1, 12 - i); line(1, 90);
        end
        for (int i = 0; i < 6; i++) begin
            spikes($random(seed));
            line(1, i);
        end
        line(1, 3);
        for (int i = 0; i < 12; i++) begin
            frame(8'hc3 + i, 0, 8);
            line(0, i * i);
            line(1, i == 0 ? 1 : i);
            frame(8'h3c + i, 1, 8);
        end
        line(1, 30);
        // A false start whose line is low again at the very next edge.
        line(0, 1); line(1, 4); frame(8'h69, 1, 8);
        line(1, 9);
        repeat (30) frame($random(seed), 1, 8);
        line(1, 9);
        for (int i = 0; i < 20; i++) begin
            line(0, 8); line(1, 8); line(i, 3 * i);
            reset = 1; line(pick(2), 1); reset = 0;
            line(1, i % 4);
            frame(8'h96 ^ i, 1, 8);
            line(1, 10);
        end
        repeat (4000) begin
            rx = pick(24) == 0 ? ~rx : rx;
            reset = pick(700) == 0;
            @(negedge clk);
        end
        repeat (1500) begin
            rx = pick(3) == 0 ? ~rx : rx;
            @(negedge clk);
        end
        $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = {data_ref, valid_ref, frame_error_ref} === ({data_ref, valid_ref, frame_error_ref} ^ {data_dut, valid_dut, frame_error_dut} ^ {data_ref, valid_ref, frame_error_ref});

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (data_ref !== (data_ref ^ data_dut ^ data_ref)) begin
            if (stats1.errors_data == 0) stats1.errortime_data = $time;
            stats1.errors_data++;
        end
        if (valid_ref !== (valid_ref ^ valid_dut ^ valid_ref)) begin
            if (stats1.errors_valid == 0) stats1.errortime_valid = $time;
            stats1.errors_valid++;
        end
        if (frame_error_ref !== (frame_error_ref ^ frame_error_dut ^ frame_error_ref)) begin
            if (stats1.errors_frame_error == 0) stats1.errortime_frame_error = $time;
            stats1.errors_frame_error++;
        end
    end

    final begin
        if (stats1.errors_data) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "data", stats1.errors_data, stats1.errortime_data);
        else $display("Hint: Output '%s' has no mismatches.", "data");
        if (stats1.errors_valid) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "valid", stats1.errors_valid, stats1.errortime_valid);
        else $display("Hint: Output '%s' has no mismatches.", "valid");
        if (stats1.errors_frame_error) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "frame_error", stats1.errors_frame_error, stats1.errortime_frame_error);
        else $display("Hint: Output '%s' has no mismatches.", "frame_error");
        $display("Hint: Total mismatched samples is %1d out of %1d samples\n", stats1.errors, stats1.clocks);
        $display("Simulation finished at %0d ps", $time);
        $display("Mismatches: %1d in %1d samples", stats1.errors, stats1.clocks);
    end

    initial begin
        #1000000
        $display("TIMEOUT");
        $finish();
    end

endmodule
